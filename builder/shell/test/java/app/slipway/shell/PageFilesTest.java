package app.slipway.shell;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.DownloadManager;
import android.content.ContentProvider;
import android.content.ContentValues;
import android.content.Context;
import android.database.Cursor;
import android.net.Uri;
import android.os.Build;
import android.os.Environment;
import android.util.Base64;
import android.webkit.MimeTypeMap;
import android.webkit.WebView;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.fakes.RoboWebMessagePort;
import org.robolectric.shadows.ShadowContentResolver;
import org.robolectric.shadows.ShadowDownloadManager;
import org.robolectric.shadows.ShadowToast;

/** Files that are in their address (data:), or in a page alone (blob:), which hands them over by the bridge. */
public final class PageFilesTest extends Bridged {
    private static final String BLOB = "blob:https://www.example.com/5f2c";

    private final Store store = new Store();
    private Executor executor = null;
    /** What the page's script says. */
    private String name = "null";

    /** The media store of downloads. */
    private static final class Store extends ContentProvider {
        ContentValues values = null;
        Uri entry = null;
        boolean refuses = false;

        @Override
        public boolean onCreate() {
            return true;
        }

        @Override
        public Uri insert(Uri uri, ContentValues given) {
            assertEquals("content://media/external/downloads", uri.toString());
            values = given;
            entry = Uri.withAppendedPath(uri, "1");
            return refuses ? null : entry;
        }

        @Override
        public int delete(Uri uri, String selection, String[] arguments) {
            entry = null;
            return 1;
        }

        @Override
        public Cursor query(Uri uri, String[] columns, String selection, String[] arguments, String order) {
            return null;
        }

        @Override
        public String getType(Uri uri) {
            return null;
        }

        @Override
        public int update(Uri uri, ContentValues values, String selection, String[] arguments) {
            return 0;
        }
    }

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Before
    public void prepare() {
        executor = Background.executor;
        Background.executor = Runnable::run;
        shadowOf(MimeTypeMap.getSingleton()).addExtensionMimeTypeMapping("csv", "text/csv");
        ShadowContentResolver.registerProviderInternal("media", store);
        Uri entry = Uri.parse("content://media/external/downloads/1");
        shadowOf(activity().getContentResolver()).registerOutputStream(entry, written);
    }

    @After
    public void restore() {
        Background.executor = executor;
    }

    @Test
    public void takesAFileFromItsAddress() throws IOException {
        show(HOME);
        start("data:text/csv;charset=utf-8;base64,YSxiCg==", "text/csv");
        assertSaved("download.csv", "text/csv", "a,b\n");
    }

    /** As of window.open("data:text/csv,...") and of `location`, which browsers download. */
    @Test
    public void takesAFileThatAWindowIsOpenedWith() throws IOException {
        show(HOME);
        goTo(openWindow(true), "data:text/csv;charset=utf-8,a");
        assertEquals(1, windows());
    }

    @Test
    public void takesAFileThatAPageGoesTo() throws IOException {
        show(HOME);
        goTo(web(), "data:text/csv;charset=utf-8,a");
    }

    private void goTo(WebView view, String url) throws IOException {
        assertTrue(client(view).shouldOverrideUrlLoading(view, Fakes.script(url)));
        shadow().getLastEvaluatedJavascriptCallback().onReceiveValue(name);
        assertSaved("download.csv", "text/csv", "a");
    }

    @Test
    public void callsItAsTheLinkDoes() throws IOException {
        show(HOME);
        name = "\"../my \\\"list\\\".csv\"";
        start("data:text/csv,a", "text/csv");
        assertTrue(shadow().getLastEvaluatedJavascript().contains("f(\"\")"));
        assertSaved("my list.csv", "text/csv", "a");
    }

    @Test
    public void takesAFileFromAnAddressThatIsText() throws IOException {
        show(HOME);
        start("data:text/csv,a%2Cb%0A%C3%A9", "text/csv");
        assertSaved("download.csv", "text/csv", "a,b\n\u00e9");
    }

    @Test
    public void takesAFileOfNoType() throws IOException {
        show(HOME);
        start("data:;base64,YQ", "");
        assertSaved(Build.VERSION.SDK_INT < 29 ? "download" : "download.bin", "application/octet-stream", "a");
    }

    /** Megabytes take their time. */
    @Test
    public void readsAFileInTheBackground() throws IOException {
        show(HOME);
        List<Runnable> waiting = new ArrayList<>();
        Background.executor = waiting::add;
        start("data:text/csv;base64,Y", "text/csv");
        assertNull(said());
        for (Runnable task : waiting) task.run();
        assertNothing(Strings.DOWNLOAD_FAILED);
    }

    @Test
    public void takesNoBrokenFile() {
        show(HOME);
        start("data:text/csv;base64,Y", "text/csv");
        assertNothing(Strings.DOWNLOAD_FAILED);
        start("data:text/csv", "text/csv");
        assertNothing(Strings.DOWNLOAD_FAILED);
    }

    @Test
    public void takesNoAddressThatIsTooLong() {
        show(HOME);
        char[] data = new char[Saved.MAX_BYTES];
        Arrays.fill(data, 'a');
        start("data:," + new String(data), "text/plain");
        assertNothing(Strings.DOWNLOAD_FAILED);
    }

    @Test
    public void asksThePageForWhatOnlyItCanRead() {
        bridge(HOME);
        start(BLOB, "application/pdf");
        String asked = shadow().getLastEvaluatedJavascript();
        assertTrue(asked, asked.contains("f(\"" + BLOB + "\")"));
        assertTrue(asked, asked.contains("Symbol.for('slipway-file')"));
        shadow().getLastEvaluatedJavascriptCallback().onReceiveValue("\"\"");
        assertNull(ShadowToast.getTextOfLatestToast());
    }

    @Test
    public void asksThePageThatOpenedAWindowForItAlone() {
        bridge(HOME);
        WebView popup = openWindow(true);
        shadowOf(popup).getDownloadListener().onDownloadStart(BLOB, "Agent/1", null, "application/pdf", 3);
        assertEquals(1, windows());
        assertTrue(shadow().getLastEvaluatedJavascript().contains(BLOB));
    }

    @Test
    public void saysThatAPageWithoutABridgeCantGiveIt() {
        show(OUTSIDE);
        start(BLOB, "application/pdf");
        shadow().getLastEvaluatedJavascriptCallback().onReceiveValue("null");
        assertEquals(Strings.DOWNLOAD_UNSUPPORTED, ShadowToast.getTextOfLatestToast());
    }

    @Test
    public void putsThePartsTogether() throws IOException {
        RoboWebMessagePort port = bridge(HOME);
        assertFalse(call(port, "file", part("a,", "")).containsKey("error"));
        assertNull(ShadowToast.getTextOfLatestToast());
        assertFalse(call(port, "file", part("b", ",\"name\":\"../my list.csv\",\"type\":\"text/csv\"")).containsKey("error"));
        assertSaved("my list.csv", "text/csv", "a,b");
    }

    @Test
    public void takesOneFileAfterTheOther() throws IOException {
        RoboWebMessagePort port = bridge(HOME);
        call(port, "file", part("a", ",\"name\":\"1.csv\",\"type\":\"text/csv\""));
        written.reset();
        call(port, "file", part("b", ",\"name\":\"2.csv\",\"type\":\"text/csv\""));
        assertSaved("2.csv", "text/csv", "b");
    }

    /** As of new Blob(parts, {type: "text/csv;charset=utf-8"}), which scripts for saving make. */
    @Test
    public void goesByAKindThatHasParameters() throws IOException {
        call(bridge(HOME), "file", part("a", ",\"name\":\"\",\"type\":\"text/csv; charset=utf-8\""));
        assertSaved("download.csv", "text/csv", "a");
    }

    @Test
    public void takesAnEmptyFile() throws IOException {
        call(bridge(HOME), "file", "{\"name\":\"\",\"type\":\"text/csv\"}");
        assertSaved("download.csv", "text/csv", "");
    }

    @Test
    public void saysThatThePageCouldNotReadIt() throws IOException {
        RoboWebMessagePort port = bridge(HOME);
        call(port, "file", part("a", ""));
        assertTrue(call(port, "file", "{}").containsKey("error"));
        assertNothing(Strings.DOWNLOAD_FAILED);
        call(port, "file", part("b", ",\"name\":\"2.csv\",\"type\":\"text/csv\""));
        assertSaved("2.csv", "text/csv", "b"); // nothing is left of the other
    }

    @Test
    public void takesNoFileThatIsTooLarge() {
        RoboWebMessagePort port = bridge(HOME);
        byte[] part = new byte[24_000];
        String with = "{\"data\":\"" + Base64.encodeToString(part, Base64.NO_WRAP) + "\"}";
        int most = Saved.MAX_BYTES / part.length;
        Map<?, ?> answer = null;
        for (int i = 0; i <= most; i++) answer = call(port, "file", with);
        assertEquals("invalid", answer.get("error"));
        assertFalse(call(port, "file", with).containsKey("error")); // another begins
    }

    /** As of downloads from a server. */
    @Test
    public void takesNoFilesWithoutEnd() throws IOException {
        RoboWebMessagePort port = bridge(HOME);
        String one = part("a", ",\"name\":\"1.csv\",\"type\":\"text/csv\"");
        for (int i = 1; i < Downloads.MAX_UNTOUCHED; i++) assertFalse(call(port, "file", one).containsKey("error"));
        start("data:text/csv,a", "text/csv");
        written.reset();
        start("data:text/csv,b", "text/csv");
        assertEquals(0, written.size());
        assertEquals("invalid", call(port, "file", one).get("error"));
        assertEquals(0, written.size());
        activity().onUserInteraction();
        assertFalse(call(port, "file", part("c", ",\"name\":\"2.csv\",\"type\":\"text/csv\"")).containsKey("error"));
        assertSaved("2.csv", "text/csv", "c");
    }

    @Test
    public void refusesPartsThatAreNone() {
        RoboWebMessagePort port = bridge(HOME);
        for (String with : new String[] {"{\"data\":\"Y\"}", "{\"data\":7}", "{\"data\":\"YQ==\",\"name\":[]}"}) {
            assertEquals(with, "invalid", call(port, "file", with).get("error"));
        }
        assertNull(ShadowToast.getTextOfLatestToast());
    }

    @Test
    @Config(minSdk = 29)
    public void saysThatThereIsNoRoom() {
        show(HOME);
        store.refuses = true;
        start("data:,a", "text/csv");
        assertEquals(Strings.DOWNLOAD_FAILED, said());
    }

    @Test
    @Config(minSdk = 29)
    public void leavesNoEntryOfAFileThatFillsTheStorage() {
        show(HOME);
        Uri entry = Uri.parse("content://media/external/downloads/1");
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        throw new IOException("no space left");
                    }
                };
        shadowOf(activity().getContentResolver()).registerOutputStream(entry, full);
        start("data:,a", "text/csv");
        assertNothing(Strings.DOWNLOAD_FAILED);
    }

    /** Before API 29. */
    @Test
    @Config(maxSdk = 28)
    public void overwritesNoFile() throws IOException {
        RoboWebMessagePort port = bridge(HOME);
        call(port, "file", part("a", ",\"name\":\"list.csv\",\"type\":\"text/csv\""));
        call(port, "file", part("b", ",\"name\":\"list.csv\",\"type\":\"text/csv\""));
        assertSaved("list.csv", "text/csv", "a");
        File folder = activity().getExternalFilesDir(Environment.DIRECTORY_DOWNLOADS);
        assertEquals("b", new String(Files.readAllBytes(new File(folder, "1-list.csv").toPath()), StandardCharsets.UTF_8));
        assertEquals(2, downloads().getCompletedDownloadsCount());
    }

    private void start(String url, String type) {
        shadow().getDownloadListener().onDownloadStart(url, "Agent/1", null, type, 3);
        if (url.startsWith("data:")) shadow().getLastEvaluatedJavascriptCallback().onReceiveValue(name);
    }

    private static String part(String text, String more) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return "{\"data\":\"" + Base64.encodeToString(bytes, Base64.NO_WRAP) + "\"" + more + "}";
    }

    private static String said() {
        idle();
        return ShadowToast.getTextOfLatestToast();
    }

    private void assertNothing(String told) {
        assertEquals(told, said());
        assertEquals(0, written.size());
        assertNull(store.entry);
        assertEquals(0, downloads().getCompletedDownloadsCount());
    }

    private ShadowDownloadManager downloads() {
        return shadowOf((DownloadManager) activity().getSystemService(Context.DOWNLOAD_SERVICE));
    }

    /** In the media store from API 29 on; before, in the app's own folder, and in Android's list. */
    private void assertSaved(String name, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(Strings.DOWNLOADED + name, said());
        if (Build.VERSION.SDK_INT >= 29) {
            assertEquals(name, store.values.get("_display_name"));
            assertEquals(type, store.values.get("mime_type"));
            assertArrayEquals(bytes, written.toByteArray());
            return;
        }
        File folder = activity().getExternalFilesDir(Environment.DIRECTORY_DOWNLOADS);
        assertArrayEquals(bytes, Files.readAllBytes(new File(folder, name).toPath()));
        assertTrue(downloads().getCompletedDownloadsCount() > 0);
    }
}
