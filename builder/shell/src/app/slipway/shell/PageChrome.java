package app.slipway.shell;

import android.net.Uri;
import android.os.Message;
import android.view.View;
import android.webkit.GeolocationPermissions;
import android.webkit.PermissionRequest;
import android.webkit.ValueCallback;
import android.webkit.WebChromeClient;
import android.webkit.WebView;

/** What a page asks of the app around it: windows, files, full screen, permissions. */
final class PageChrome extends WebChromeClient {
    private final Browser browser;
    private final FullscreenView fullscreen;
    private final FilePicker files;
    private final PageGrants grants;

    PageChrome(Browser browser, FullscreenView fullscreen, FilePicker files, PageGrants grants) {
        this.browser = browser;
        this.fullscreen = fullscreen;
        this.files = files;
        this.grants = grants;
    }

    @Override
    public boolean onCreateWindow(WebView view, boolean isDialog, boolean isUserGesture, Message result) {
        WebView window = isUserGesture ? browser.openWindow() : null;
        if (window == null) return false;
        ((WebView.WebViewTransport) result.obj).setWebView(window);
        result.sendToTarget();
        return true;
    }

    @Override
    public void onCloseWindow(WebView window) {
        browser.close(window);
    }

    @Override
    public void onProgressChanged(WebView view, int percent) {
        if (view instanceof PullView) ((PullView) view).onProgress(percent);
    }

    @Override
    public void onShowCustomView(View view, CustomViewCallback callback) {
        fullscreen.show(view, callback);
        browser.onBackChanged();
    }

    @Override
    public void onHideCustomView() {
        fullscreen.hide();
        browser.onBackChanged();
    }

    @Override
    public boolean onShowFileChooser(WebView view, ValueCallback<Uri[]> answer, FileChooserParams params) {
        files.choose(view, answer, params);
        return true;
    }

    @Override
    public void onPermissionRequest(PermissionRequest request) {
        grants.onRequest(request);
    }

    @Override
    public void onGeolocationPermissionsShowPrompt(String origin, GeolocationPermissions.Callback callback) {
        grants.onLocationRequest(origin, callback);
    }
}
