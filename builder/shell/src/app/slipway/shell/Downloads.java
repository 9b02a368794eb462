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

/**
 * Hands downloads to Android's download manager, with the address's own cookies and the page's user agent, so that
 * what needs a login downloads as well. The address is the one that the WebView's redirects, each with its own
 * host's cookies, ended at. Nothing is asked of it here: a link that is good once would be used up before the
 * download manager comes. Should it send that on all the same, its own cookies go along: no other host's do, and
 * none unencrypted where the app is on https. Only http and https: blob: and data: are not done yet.
 */
final class Downloads {
    private final Activity activity;

    Downloads(Activity activity) {
        this.activity = activity;
    }

    void start(String url, String userAgent, String disposition, String mediaType) {
        WebAddress address = WebAddress.parse(url);
        if (address == null || !address.isWeb()) {
            say(Strings.DOWNLOAD_UNSUPPORTED);
            return;
        }
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

    private void say(String text) {
        Toast.makeText(activity, text, Toast.LENGTH_LONG).show();
    }
}
