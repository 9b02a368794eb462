package app.slipway.shell;

import android.webkit.RenderProcessGoneDetail;
import android.webkit.WebResourceRequest;
import android.webkit.WebView;
import android.webkit.WebViewClient;

/** Shows the owner's page, which nothing leads out of: it is of no site, and has no bridge. */
final class OfflinePage extends WebViewClient {
    static final String FILE = "offline.html";
    /** The address of a link that tries again. */
    private static final String RETRY = "slipway:retry";

    private final MainActivity activity;
    private final FailureView around;

    OfflinePage(MainActivity activity, FailureView around) {
        this.activity = activity;
        this.around = around;
    }

    /** API 24, unknown to the android.jar of API 23. */
    public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
        if (request.getUrl().toString().equals(RETRY)) activity.retry();
        return true;
    }

    /** API 26. The app's own words take its place. */
    public boolean onRenderProcessGone(WebView view, RenderProcessGoneDetail detail) {
        around.build(false);
        return true;
    }
}
