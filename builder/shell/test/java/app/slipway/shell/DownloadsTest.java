package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.DownloadManager;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import android.os.Looper;
import android.util.Pair;
import android.webkit.CookieManager;
import android.webkit.MimeTypeMap;
import android.webkit.WebView;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.shadows.ShadowDownloadManager;
import org.robolectric.shadows.ShadowToast;

/** What becomes of a file that a page gives: Android's download manager gets it, from a server of the test. */
public final class DownloadsTest extends Opened {
    /** Longest wait for a thread of the shell, ms. */
    private static final long PATIENCE = 10_000;

    private HttpServer server = null;

    private final AtomicInteger asked = new AtomicInteger();

    @Before
    public void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    @After
    public void stopServing() {
        server.stop(0);
    }

    @Test
    public void handsDownloadsToAndroid() throws Exception {
        String url = address("/report.pdf");
        CookieManager.getInstance().setCookie(url, "session=1");
        start(url, null, "application/pdf");
        DownloadManager.Request request = request();
        assertEquals(Uri.parse(url), shadowOf(request).getUri());
        assertEquals("report.pdf", shadowOf(request).getTitle().toString());
        assertEquals("application/pdf", shadowOf(request).getMimeType().toString());
        assertTrue(shadowOf(request).getRequestHeaders().contains(Pair.create("Cookie", "session=1")));
        assertTrue(shadowOf(request).getRequestHeaders().contains(Pair.create("User-Agent", "Agent/1")));
        int visible = DownloadManager.Request.VISIBILITY_VISIBLE_NOTIFY_COMPLETED;
        assertEquals(visible, shadowOf(request).getNotificationVisibility());
        assertEquals(Strings.DOWNLOADING + "report.pdf", ShadowToast.getTextOfLatestToast());
    }

    /** A link may be good once: the download manager's own question must be the first. */
    @Test
    public void leavesALinkUnused() throws Exception {
        start(address("/once/5f2c"), null, "application/pdf");
        request();
        assertEquals(0, asked.get());
    }

    @Test
    public void showsAHostNoCookiesOfAnother() throws Exception {
        CookieManager.getInstance().setCookie("https://www.example.com/", "session=1");
        start(address("/report.pdf"), null, "application/pdf");
        for (Pair<String, String> header : shadowOf(request()).getRequestHeaders()) {
            assertFalse(header.first.equals("Cookie"));
        }
    }

    @Test
    public void putsThemWhereNoPermissionIsNeeded() throws Exception {
        start(address("/report.pdf"), null, "application/pdf");
        String path = shadowOf(request()).getDestination().getPath();
        // Shared between apps from API 29 on; before, that would need a permission.
        assertEquals(path, Build.VERSION.SDK_INT < 29, path.contains("com.example.app"));
        assertTrue(path, path.endsWith("/Download/report.pdf"));
    }

    @Test
    public void callsThemAsTheServerSays() throws Exception {
        String disposition = "attachment; filename=\"../../Invoice 7.pdf\"";
        start(address("/get?id=7"), disposition, "application/pdf");
        assertEquals("Invoice 7.pdf", shadowOf(request()).getTitle().toString());
    }

    @Test
    public void callsWhatAProgramMadeByItsKind() throws Exception {
        shadowOf(MimeTypeMap.getSingleton()).addExtensionMimeTypeMapping("pdf", "application/pdf");
        start(address("/download.php?id=7"), null, "application/pdf");
        assertEquals("download.pdf", shadowOf(request()).getTitle().toString());
    }

    @Test
    public void keepsTheBlanksOfAName() throws Exception {
        start(address("/get"), "attachment; filename=my file.pdf", "application/pdf");
        assertEquals("my file.pdf", shadowOf(request()).getTitle().toString());
    }

    @Test
    public void saysWhatItCantDownload() {
        start("ftp://www.example.com/5f2c", null, "application/pdf");
        assertEquals(Strings.DOWNLOAD_UNSUPPORTED, ShadowToast.getTextOfLatestToast());
        assertEquals(0, downloads().getRequestCount());
    }

    /** Else a page could fill the device while nobody is looking. */
    @Test
    public void takesAListOfFilesButNotWithoutEnd() throws Exception {
        for (int i = 0; i < Downloads.MAX_UNTOUCHED; i++) start(address("/" + i), null, "application/pdf");
        assertEquals(Downloads.MAX_UNTOUCHED, downloads().getRequestCount());
        start(address("/more"), null, "application/pdf");
        assertEquals(Downloads.MAX_UNTOUCHED, downloads().getRequestCount());
        assertEquals(Strings.DOWNLOAD_FAILED, ShadowToast.getTextOfLatestToast());
        activity().onUserInteraction();
        start(address("/wanted"), null, "application/pdf");
        assertEquals(Downloads.MAX_UNTOUCHED + 1, downloads().getRequestCount());
    }

    @Test
    public void closesAWindowThatWasOpenedForADownloadAlone() throws Exception {
        show(HOME);
        WebView popup = openWindow(true);
        String url = address("/report.pdf");
        shadowOf(popup).getDownloadListener().onDownloadStart(url, "Agent/1", null, "application/pdf", 3);
        assertEquals(1, windows());
        request();
    }

    /** A link, or a notification, may lead to a file: there is a page all the same. */
    @Test
    public void showsTheStartPageWhereALinkLedToAFile() throws Exception {
        close();
        Intent link = new Intent(Intent.ACTION_VIEW, Uri.parse(SECOND));
        controller = Robolectric.buildActivity(MainActivity.class, link).setup();
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        start(address("/report.pdf"), null, "application/pdf");
        request();
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void saysSoWhereTheStartPageIsAFile() throws Exception {
        start(address("/report.pdf"), null, "application/pdf");
        request();
        assertTrue(failure().isShowing());
    }

    private String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void start(String url, String disposition, String type) {
        shadow().getDownloadListener().onDownloadStart(url, "Agent/1", disposition, type, 3);
    }

    private ShadowDownloadManager downloads() {
        return shadowOf((DownloadManager) activity().getSystemService(Context.DOWNLOAD_SERVICE));
    }

    /** The one that the shell makes; a thread of it may still be at work. */
    private DownloadManager.Request request() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE * 1_000_000;
        while (downloads().getRequestCount() == 0 && System.nanoTime() < end) {
            shadowOf(Looper.getMainLooper()).idle();
            Thread.sleep(10);
        }
        assertEquals(1, downloads().getRequestCount());
        return downloads().getRequest(0);
    }
}
