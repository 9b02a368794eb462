package app.slipway.shell;

import android.app.Activity;
import android.app.DownloadManager;
import android.content.Context;
import android.net.Uri;
import android.os.Build;
import android.os.Environment;
import android.webkit.CookieManager;
import android.webkit.MimeTypeMap;
import android.widget.Toast;
import java.io.IOException;

/**
 * Hands downloads to Android's download manager, with the page's cookies and user agent, so that what needs a
 * login downloads as well, but no other host sees them. Only http and https: blob: and data: are not done yet.
 */
final class Downloads {
    private static final Redirects.Cookies COOKIES =
            new Redirects.Cookies() {
                @Override
                public String of(String url) {
                    return CookieManager.getInstance().getCookie(url);
                }
            };

    private final Activity activity;

    Downloads(Activity activity) {
        this.activity = activity;
    }

    void start(final String url, final String userAgent, String disposition, final String mediaType) {
        WebAddress address = WebAddress.parse(url);
        if (address == null || !address.isWeb()) {
            say(Strings.DOWNLOAD_UNSUPPORTED);
            return;
        }
        String extension = MimeTypeMap.getSingleton().getExtensionFromMimeType(mediaType);
        final String name = DownloadName.of(url, disposition, extension);
        say(Strings.DOWNLOADING + name);
        // The download manager would show a redirect's target the cookies of where it came from.
        new Thread() {
            @Override
            public void run() {
                try {
                    String end = Redirects.end(url, userAgent, COOKIES);
                    DownloadManager manager = (DownloadManager) activity.getSystemService(Context.DOWNLOAD_SERVICE);
                    manager.enqueue(request(end, userAgent, mediaType, name));
                } catch (IOException | RuntimeException refused) { // no answer; the manager or the storage is off
                    sayFailed();
                }
            }
        }.start();
    }

    private void sayFailed() {
        activity.runOnUiThread(
                new Runnable() {
                    @Override
                    public void run() {
                        say(Strings.DOWNLOAD_FAILED);
                    }
                });
    }

    private DownloadManager.Request request(String url, String userAgent, String mediaType, String name) {
        DownloadManager.Request request = new DownloadManager.Request(Uri.parse(url));
        String cookies = COOKIES.of(url);
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

    private void say(String text) {
        Toast.makeText(activity, text, Toast.LENGTH_LONG).show();
    }
}
