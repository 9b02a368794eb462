package app.slipway.shell;

import android.content.Context;
import android.webkit.CookieManager;
import android.webkit.WebSettings;
import android.webkit.WebView;

/** Makes WebViews that behave like a browser's tab, with no file of app or device within a page's reach. */
final class WebViews {
    private WebViews() {}

    /** Throws a RuntimeException when the device has no WebView at the moment. */
    static WebView create(Context context, ShellConfig config) {
        WebView view = new WebView(context);
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
        if (!config.userAgentSuffix.isEmpty()) {
            settings.setUserAgentString(settings.getUserAgentString() + " " + config.userAgentSuffix);
        }
        CookieManager cookies = CookieManager.getInstance();
        cookies.setAcceptCookie(true);
        // Logins and payments embedded from other hosts need them.
        cookies.setAcceptThirdPartyCookies(view, true);
        return view;
    }

    /** The major version of the device's WebView; 0 when unknown. */
    static int version(Context context) {
        return InsetsPolicy.version(WebSettings.getDefaultUserAgent(context));
    }
}
