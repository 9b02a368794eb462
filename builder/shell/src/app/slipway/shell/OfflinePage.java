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

    private final FailureView around;
    private final Runnable retry;

    OfflinePage(FailureView around, Runnable retry) {
        this.around = around;
        this.retry = retry;
    }

    /** API 24, unknown to the android.jar of API 23. */
    public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
        if (request.getUrl().toString().equals(RETRY)) retry.run();
        return true;
    }

    /** API 26. The app's own words take its place. */
    public boolean onRenderProcessGone(WebView view, RenderProcessGoneDetail detail) {
        around.build(false);
        return true;
    }
}
