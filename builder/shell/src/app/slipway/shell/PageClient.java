package app.slipway.shell;

import android.graphics.Bitmap;
import android.net.http.SslError;
import android.os.Message;
import android.webkit.RenderProcessGoneDetail;
import android.webkit.SslErrorHandler;
import android.webkit.WebResourceError;
import android.webkit.WebResourceRequest;
import android.webkit.WebView;
import android.webkit.WebViewClient;

/** What one WebView reports about its navigation: addresses to route, failures, a crashed renderer. */
final class PageClient extends WebViewClient {
    private final Browser browser;
    private final UrlPolicy policy;
    private final ExternalLinks links;
    /** A window that a page opened, after the user's tap: its first address counts as wanted. */
    private final boolean isPopup;
    final Bridge bridge;
    final PageState state = new PageState();
    /** The address last put on TLS since a page was shown: a server that leads back from it is not followed. */
    private String secured = null;

    PageClient(Browser browser, UrlPolicy policy, ExternalLinks links, Bridge bridge, boolean isPopup) {
        this.browser = browser;
        this.policy = policy;
        this.links = links;
        this.bridge = bridge;
        this.isPopup = isPopup;
    }

    /** API 24, unknown to the android.jar of API 23; GET only, and of frames only what is not the web. */
    public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
        String url = request.getUrl().toString();
        if (request.isForMainFrame() && request.hasGesture() && takeCode(view, url)) return true;
        boolean wanted = request.hasGesture() || (isPopup && !state.hasPage());
        // Where the start page redirects to, such as a login on another host, is the owner's choice: no link.
        boolean starting = !isPopup && !state.hasPage();
        boolean stays = starting || !request.isForMainFrame();
        UrlPolicy.Verdict verdict = stays ? policy.decideFrame(url, wanted) : policy.decide(url, wanted);
        if (!route(view, url, verdict, wanted)) return true;
        if (!request.isForMainFrame()) return false;
        String target = policy.secured(url);
        state.setTarget(target);
        if (target.equals(url) || target.equals(secured)) return false;
        secured = target;
        view.loadUrl(target);
        return true;
    }

    /** Both say whose page it is: old WebViews tell of the addresses of frames too, by which `state` goes. */
    private boolean takeCode(WebView view, String url) {
        return policy.trusts(state.address()) && policy.trusts(view.getUrl()) && browser.takeCode(url);
    }

    /** Sends the address where it belongs; true when that is this WebView. */
    private boolean route(WebView view, String url, UrlPolicy.Verdict verdict, boolean wanted) {
        if (verdict == UrlPolicy.Verdict.INSIDE) return true;
        if (verdict == UrlPolicy.Verdict.BROWSER) links.openInBrowser(url);
        if (verdict == UrlPolicy.Verdict.EXTERNAL_APP) {
            String instead = links.openApp(url);
            if (instead != null && policy.decide(instead, wanted) == UrlPolicy.Verdict.INSIDE) {
                browser.load(view, instead);
                return false;
            }
            if (instead != null) links.openInBrowser(instead);
        }
        if (!state.hasPage()) browser.close(view);
        return false;
    }

    @Override
    public void onPageStarted(WebView view, String url, Bitmap favicon) {
        state.onStarted(url);
    }

    @Override
    public void onPageCommitVisible(WebView view, String url) {
        state.onShown();
        secured = null;
        browser.onPageShown(view);
    }

    @Override
    public void onPageFinished(WebView view, String url) {
        browser.onPageShown(view);
    }

    @Override
    public void doUpdateVisitedHistory(WebView view, String url, boolean isReload) {
        state.onAddress(url);
        bridge.onAddress();
        browser.onHistoryChanged(isReload);
    }

    @Override
    public void onReceivedError(WebView view, WebResourceRequest request, WebResourceError error) {
        if (request.isForMainFrame()) browser.onUnreachable(view);
    }

    /**
     * Asked for when a page that came by a form is loaded again. One that failed is not sent twice, since it may
     * have arrived: its address is loaded instead.
     */
    @Override
    public void onFormResubmission(WebView view, Message dontResend, Message resend) {
        dontResend.sendToTarget();
        if (state.failure() != null) browser.load(view, state.target());
    }

    /**
     * Never goes on. The error does not say whether it is the page's or that of something in it: it is the
     * page's when the host is the page's, since then the page itself came over the same connection.
     */
    @Override
    public void onReceivedSslError(WebView view, SslErrorHandler handler, SslError error) {
        handler.cancel();
        WebAddress failed = WebAddress.parse(error.getUrl());
        WebAddress page = WebAddress.parse(state.target());
        if (failed != null && page != null && failed.host.equals(page.host)) browser.onInsecure(view);
    }

    /** API 26. Without it, a crash of the renderer, or its end for want of memory, takes the app down. */
    public boolean onRenderProcessGone(WebView view, RenderProcessGoneDetail detail) {
        browser.onRendererGone(view);
        return true;
    }
}
