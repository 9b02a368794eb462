package app.slipway.shell;

import android.app.Activity;
import android.app.DownloadManager;
import android.content.Context;
import android.net.Uri;
import android.os.Build;
import android.os.Environment;
import android.util.Base64;
import android.webkit.CookieManager;
import android.webkit.MimeTypeMap;
import android.webkit.ValueCallback;
import android.webkit.WebView;
import android.widget.Toast;
import java.util.regex.Pattern;

/**
 * Hands downloads to Android's download manager, with the address's own cookies and the page's user agent, so that
 * what needs a login downloads as well. The address is the one that the WebView's redirects, each with its own
 * host's cookies, ended at. Nothing is asked of it here: a link that is good once would be used up before the
 * download manager comes. Should it send that on all the same, its own cookies go along: no other host's do, and
 * none unencrypted where the app is on https. A file that is in its address (data:) is taken from there, and one that only
 * the page can read (blob:) the page is asked for, by the bridge: it works in pages that have one.
 */
final class Downloads {
    /** Most files that pages put on the device until the user touches the app again: all of a list's, and not without end. */
    static final int MAX_UNTOUCHED = 20;
    private static final Pattern BASE64 = Pattern.compile(";\\s*base64\\s*$", Pattern.CASE_INSENSITIVE);

    private final Activity activity;
    /** Files since the user's last touch, with those that were refused. */
    private int untouched = 0;

    Downloads(Activity activity) {
        this.activity = activity;
    }

    /** The user does something, by which pages may be meant to give files. */
    void onTouched() {
        untouched = 0;
    }

    /** Counts a file that is about to be put on the device. Returns whether it may be, and tells the user of the first that may not. */
    boolean admits() {
        untouched++;
        if (untouched == MAX_UNTOUCHED + 1) say(Strings.DOWNLOAD_FAILED);
        return untouched <= MAX_UNTOUCHED;
    }

    /** Takes the window that is on the page which the download came from. */
    void start(WebView page, String url, String userAgent, String disposition, String mediaType) {
        if (url.startsWith("blob:") || url.startsWith("data:")) {
            ask(page, url, mediaType);
            return;
        }
        WebAddress address = WebAddress.parse(url);
        if (address == null || !address.isWeb()) {
            say(Strings.DOWNLOAD_UNSUPPORTED);
            return;
        }
        if (!admits()) return;
        String extension = MimeTypeMap.getSingleton().getExtensionFromMimeType(mediaType);
        String name = DownloadName.of(url, disposition, extension);
        try {
            DownloadManager manager = (DownloadManager) activity.getSystemService(Context.DOWNLOAD_SERVICE);
            manager.enqueue(request(url, userAgent, mediaType, name));
            say(Strings.DOWNLOADING + name);
        } catch (RuntimeException refused) { // the manager or the storage is off
            say(Strings.DOWNLOAD_FAILED);
        }
    }

    private DownloadManager.Request request(String url, String userAgent, String mediaType, String name) {
        DownloadManager.Request request = new DownloadManager.Request(Uri.parse(url));
        String cookies = CookieManager.getInstance().getCookie(url);
        if (cookies != null) request.addRequestHeader("Cookie", cookies);
        request.addRequestHeader("User-Agent", userAgent);
        request.setTitle(name);
        request.setMimeType(mediaType);
        request.setNotificationVisibility(DownloadManager.Request.VISIBILITY_VISIBLE_NOTIFY_COMPLETED);
        String folder = Environment.DIRECTORY_DOWNLOADS;
        // The shared folder needs a permission before API 29; the app's own needs none.
        if (Build.VERSION.SDK_INT >= 29) request.setDestinationInExternalPublicDir(folder, name);
        else request.setDestinationInExternalFilesDir(activity, folder, name);
        return request;
    }

    /** Asks the page's script for the file, or if that is here, how the link calls it. */
    private void ask(WebView page, final String url, final String mediaType) {
        final boolean isHere = url.startsWith("data:");
        page.evaluateJavascript(
                "(function(f){return f?f(" + JsonWriter.value(isHere ? "" : url) + "):null})"
                        + "(window[Symbol.for('slipway-file')])",
                new ValueCallback<String>() {
                    @Override
                    public void onReceiveValue(String name) {
                        boolean hasScript = name != null && name.startsWith("\"");
                        if (isHere) save(hasScript ? (String) Json.parse(name) : "", url, mediaType);
                        else if (!hasScript) say(Strings.DOWNLOAD_UNSUPPORTED);
                    }
                });
    }

    void save(String name, String url, String mediaType) {
        if (admits()) Saved.save(activity, name, mediaType, null, url);
    }

    /** The file in an address (RFC 2397), which takes a while. Throws IllegalArgumentException for none, or one that is too large. */
    static byte[] bytesIn(String url) {
        int comma = url.indexOf(',');
        if (comma < 0 || url.length() > Saved.MAX_BYTES) throw new IllegalArgumentException();
        byte[] bytes = IntentUri.bytes(url.substring(comma + 1));
        return BASE64.matcher(url.substring(0, comma)).find() ? Base64.decode(bytes, Base64.DEFAULT) : bytes;
    }

    void say(String text) {
        Toast.makeText(activity, text, Toast.LENGTH_LONG).show();
    }
}
