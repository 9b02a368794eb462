package app.slipway.shell;

import android.content.Context;
import android.webkit.CookieManager;
import android.webkit.WebSettings;
import android.webkit.WebView;

/** Makes WebViews that behave like a browser's tab, with no file of app or device within a page's reach. */
final class WebViews {
    /** Per cent. */
    private static final int NORMAL_TEXT_ZOOM = 100;

    private WebViews() {}

    /** Throws a RuntimeException when the device has no WebView at the moment. */
    static WebView create(Context context, ShellConfig config) {
        return prepared(config.pullToRefresh ? new PullView(context, config.themeColor) : new WebView(context), config);
    }

    static WebView prepared(WebView view, ShellConfig config) {
        view.setBackgroundColor(config.backgroundColor); // until the page paints its own
        WebSettings settings = view.getSettings();
        settings.setJavaScriptEnabled(true);
        settings.setDomStorageEnabled(true);
        settings.setSupportMultipleWindows(true);
        // As in a browser: the viewport tag counts, wide pages are fitted, pinching zooms.
        settings.setUseWideViewPort(true);
        settings.setLoadWithOverviewMode(true);
        settings.setBuiltInZoomControls(true);
        settings.setDisplayZoomControls(false);
        settings.setGeolocationEnabled(config.permissions.contains(ShellConfig.LOCATION));
        settings.setAllowFileAccess(false);
        settings.setAllowContentAccess(false);
        settings.setMixedContentMode(WebSettings.MIXED_CONTENT_NEVER_ALLOW);
        scaleText(view, config);
        if (!config.userAgentSuffix.isEmpty()) {
            settings.setUserAgentString(settings.getUserAgentString() + " " + config.userAgentSuffix);
        }
        CookieManager cookies = CookieManager.getInstance();
        cookies.setAcceptCookie(true);
        cookies.setAcceptThirdPartyCookies(view, config.thirdPartyCookies);
        return view;
    }

    /** Sets the size of a page's text, else to the user's: a WebView takes it when it is made, and never looks again. */
    static void scaleText(WebView view, ShellConfig config) {
        float scale = view.getResources().getConfiguration().fontScale;
        view.getSettings().setTextZoom(config.textZoom > 0 ? config.textZoom : Math.round(NORMAL_TEXT_ZOOM * scale));
    }

    /** The major version of the device's WebView; 0 when unknown. */
    static int version(Context context) {
        return InsetsPolicy.version(WebSettings.getDefaultUserAgent(context));
    }
}
