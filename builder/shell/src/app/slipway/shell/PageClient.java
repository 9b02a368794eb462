package app.slipway.shell;

import android.graphics.Bitmap;
import android.net.http.SslError;
import android.os.Message;
import android.os.SystemClock;
import android.webkit.DownloadListener;
import android.webkit.HttpAuthHandler;
import android.webkit.RenderProcessGoneDetail;
import android.webkit.SslErrorHandler;
import android.webkit.WebResourceError;
import android.webkit.WebResourceRequest;
import android.webkit.WebView;
import android.webkit.WebViewClient;

/** What one WebView reports about its navigation: addresses to route, files, failures, a crashed renderer. */
final class PageClient extends WebViewClient implements DownloadListener {
    /** How long a tap counts for what it leads to, ms: servers lead on, and some pages ask theirs where a window is to go. */
    private static final long TAP_TIME = 10_000;

    private final Browser browser;
    private final UrlPolicy policy;
    private final ExternalLinks links;
    /** A window that a page opened, after the user's tap. */
    private final boolean isPopup;
    /** When the user tapped what is on its way: no WebView says of a redirect that a tap led to it. Of none, long ago. */
    private long tapped;
    /** Nothing was on its way yet: of a window that a page opened, the first address is what the tap led to. */
    private boolean isFirst = true;
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
        tapped = isPopup ? SystemClock.elapsedRealtime() : -TAP_TIME;
    }

    /** API 24, unknown to the android.jar of API 23; GET only, and of frames only what is not the web. */
    public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
        String url = request.getUrl().toString();
        boolean wanted = request.hasGesture();
        if (!request.isForMainFrame()) return !route(view, url, policy.decideFrame(url, wanted), wanted, false);
        if (wanted && takeCode(view, url)) return true;
        if (url.startsWith("data:")) { // nothing that browsers show there, but a file
            onDownloadStart(url, null, null, url.split(",", 2)[0].substring("data:".length()), 0);
            return true;
        }
        wanted = isWanted(request);
        String own = policy.ofScheme(url);
        if (own != null) url = own;
        UrlPolicy.Verdict verdict = policy.decidePage(url, wanted, state.isStart() && !state.hasPage());
        if (!route(view, url, verdict, wanted, state.isEmpty())) {
            tapped = -TAP_TIME;
            return true;
        }
        if (own != null) {
            browser.load(view, own);
            return true;
        }
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

    /** Whether a tap led to this, at once or by way of servers. */
    private boolean isWanted(WebResourceRequest request) {
        long now = SystemClock.elapsedRealtime();
        if (request.hasGesture()) {
            tapped = now;
            state.onTapped();
        } else if (!isFirst && !request.isRedirect()) tapped = -TAP_TIME;
        isFirst = false;
        return now - tapped < TAP_TIME;
    }

    /** Sends the address where it belongs; true when that is this WebView. */
    private boolean route(WebView view, String url, UrlPolicy.Verdict verdict, boolean wanted, boolean isEmpty) {
        if (verdict == UrlPolicy.Verdict.INSIDE) return true;
        String instead = links.open(url, verdict, wanted);
        UrlPolicy.Verdict next = policy.decidePage(instead, wanted, false);
        if (next == UrlPolicy.Verdict.INSIDE) {
            browser.load(view, instead);
            return false;
        }
        links.open(instead, next, wanted);
        if (isEmpty) browser.onElsewhere(view);
        return false;
    }

    @Override
    public void onPageStarted(WebView view, String url, Bitmap favicon) {
        state.onStarted(url);
    }

    @Override
    public void onPageCommitVisible(WebView view, String url) {
        // An empty window is one that goes somewhere yet: what opens elsewhere closes it.
        if (!isPopup || !url.startsWith("about:")) {
            state.onShown();
            tapped = -TAP_TIME;
        }
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
    public void onDownloadStart(String url, String agent, String disposition, String mediaType, long size) {
        browser.download(this, url, agent, disposition, mediaType);
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
        else browser.onPageShown(view); // it stays
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

    @Override
    public void onReceivedHttpAuthRequest(WebView view, HttpAuthHandler handler, String host, String realm) {
        if (policy.mayAskPassword(host, state.target())) browser.askPassword(view, handler, host, realm);
        else handler.cancel();
    }

    /** API 26. Without it, a crash of the renderer, or its end for want of memory, takes the app down. */
    public boolean onRenderProcessGone(WebView view, RenderProcessGoneDetail detail) {
        browser.onRendererGone(view);
        return true;
    }
}
