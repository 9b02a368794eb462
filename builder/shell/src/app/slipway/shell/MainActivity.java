package app.slipway.shell;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.pm.ApplicationInfo;
import android.content.res.Configuration;
import android.os.Build;
import android.os.Bundle;
import android.view.WindowManager;
import android.webkit.CookieManager;
import android.webkit.WebView;
import java.util.Arrays;
import java.util.List;

/**
 * The app: one activity showing the website that assets/config.json names. This class makes the parts, ties
 * them together and passes the activity's life on to them; what they do is told where they are.
 */
public final class MainActivity extends Activity {
    /** Android counts these apart from those of other activities, which the file picker has. */
    private static final int REQUEST_PERMISSIONS = 2;

    ShellConfig config;
    UrlPolicy policy;
    ExternalLinks links;
    Downloads downloads;
    FilePicker files;
    PageGrants grants;
    NotificationsQuestion notifications;
    CodeQuestion codes;
    PasswordQuestion passwords;
    FullscreenView fullscreen;
    FailureView failure;
    NetworkWatch network;
    private Push push;
    private Permissions permissions;
    private SystemBars bars;
    /** null when the device has no WebView at the moment. */
    private Browser browser;
    /** What there is to show once it has one again; or null. */
    private Bundle unshown;
    /** Whether it is night, among others, when the theme was made. */
    private int uiMode;
    /** null below API 33. */
    private BackGesture backGesture;

    @Override
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        config = readConfig(this);
        uiMode = getResources().getConfiguration().uiMode;
        policy = new UrlPolicy(config.url, config.hosts, config.customTabHosts, config.cleartextHosts, config.customScheme);
        getWindow().setSoftInputMode(WindowManager.LayoutParams.SOFT_INPUT_ADJUST_RESIZE);
        if (config.keepAwake) getWindow().addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON);

        InsetsLayout root = new InsetsLayout(this);
        root.setBackgroundColor(config.themeColor);
        setContentView(root);
        makeParts(root);
        files.restore(saved);
        if (saved == null) codes.opened(getIntent());
        NotificationTap tap = saved == null ? push.tapped(getIntent()) : null;
        String address = tap != null ? tap.url : saved == null ? arrival(getIntent()) : null;
        if (isInside(address)) saved = SavedPages.of(address, tap != null);
        if (tap != null) PageEvents.clicked(tap);
        try {
            WebView.setWebContentsDebuggingEnabled(isDebuggable());
            browser = new Browser(this, root);
        } catch (RuntimeException noWebView) { // its class is hidden, or it is being updated right now
            showNoWebView(saved);
            return;
        }
        if (Build.VERSION.SDK_INT >= 33) backGesture = new BackGesture(this, browser);
        browser.start(saved);
        openOutside(address);
        notifications.restore(saved);
        notifications.onStarted();
    }

    /** The app is there already, and a notification is tapped, a shortcut, or a link that leads into it. */
    @Override
    protected void onNewIntent(Intent intent) {
        super.onNewIntent(intent);
        codes.opened(intent);
        NotificationTap tap = push.tapped(intent);
        String address = tap == null ? arrival(intent) : tap.url;
        if (!isInside(address)) openOutside(address);
        else if (browser == null) unshown = SavedPages.of(address, tap != null);
        else browser.open(address);
        if (tap != null) PageEvents.clicked(tap);
    }

    /**
     * The page that a shortcut of the launcher opens, or a link of another app; null for any other intent. Any app may send one
     * with any address, so only a page of the app's own hosts is opened.
     */
    private String arrival(Intent intent) {
        if (intent == null || (intent.getFlags() & Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY) != 0) return null;
        String address = Intent.ACTION_VIEW.equals(intent.getAction()) ? intent.getDataString() : null;
        if (address == null || address.length() > CodeLink.MAX_LENGTH || codes.isOne(address)) return null;
        return policy.arrival(address);
    }

    private boolean isInside(String url) {
        return policy.decide(url, true) == UrlPolicy.Verdict.INSIDE;
    }

    /** Opens what a notification or a link leads to, unless the app shows that itself; null for nothing. */
    private void openOutside(String url) {
        links.open(url, policy.decide(url, true), true);
    }

    /** The WebView went away while the app was running; this page was on the screen, or null. */
    void onNoWebView(String address) {
        onBackChanged(false);
        browser = null;
        showNoWebView(SavedPages.of(address, false));
    }

    private void showNoWebView(Bundle state) {
        unshown = state;
        failure.show(Strings.NO_WEBVIEW);
    }

    private void makeParts(InsetsLayout root) {
        bars = new SystemBars(getWindow(), config);
        permissions = new Permissions(this, REQUEST_PERMISSIONS);
        PermissionRules rules = new PermissionRules(config.permissions, config.protectedMedia);
        links = new ExternalLinks(this);
        downloads = new Downloads(this);
        files = new FilePicker(this, rules, permissions);
        grants = new PageGrants(policy, rules, permissions);
        push = new Push(this);
        notifications = new NotificationsQuestion(this, rules, permissions);
        codes = new CodeQuestion(this);
        passwords = new PasswordQuestion(this);
        fullscreen = new FullscreenView(this, bars);
        failure = new FailureView(this);
        network =
                new NetworkWatch(
                        this,
                        new Runnable() {
                            @Override
                            public void run() {
                                push.onOnline();
                                codes.goOn();
                                if (browser != null) browser.onOnline();
                            }
                        });
        root.addView(failure);
    }

    /** The user wants what failed to be tried again. */
    void retry() {
        if (browser != null) browser.retry();
        else recreate();
    }

    void onBackChanged(boolean canGoBack) {
        if (backGesture != null) backGesture.setEnabled(canGoBack);
    }

    /** Below API 33. */
    @Override
    public void onBackPressed() {
        if (browser != null && browser.canGoBack()) {
            browser.goBack();
            return;
        }
        try {
            super.onBackPressed();
        } catch (IllegalStateException saved) { // before API 26, once the activity is stopping
            finish();
        }
    }

    @Override
    protected void onStart() {
        super.onStart();
        network.start();
    }

    @Override
    protected void onResume() {
        super.onResume();
        if (browser != null) browser.resume();
        push.onResume();
        codes.goOn();
    }

    @Override
    protected void onPause() {
        if (browser != null) {
            browser.pause();
            CookieManager.getInstance().flush(); // the process may end without another word
        }
        super.onPause();
    }

    @Override
    protected void onStop() {
        network.stop();
        super.onStop();
    }

    @Override
    protected void onDestroy() {
        notifications.close();
        codes.close();
        push.close();
        failure.hide(); // its page goes on otherwise
        if (browser != null) browser.destroy();
        super.onDestroy();
    }

    @Override
    protected void onSaveInstanceState(Bundle out) {
        super.onSaveInstanceState(out);
        if (browser != null) browser.save(out);
        else if (unshown != null) SavedPages.keep(unshown, out);
        notifications.save(out);
        files.save(out);
    }

    /** All that can change is declared in the manifest, since a new activity would lose what is on the pages. */
    @Override
    public void onConfigurationChanged(Configuration changed) {
        super.onConfigurationChanged(changed);
        if (changed.uiMode != uiMode) {
            uiMode = changed.uiMode;
            // By night its values are others. The views hear of the change after this, and a WebView then looks here.
            getTheme().applyStyle(getApplicationInfo().theme, true);
        }
        failure.refresh();
        if (browser != null) browser.onConfigurationChanged();
    }

    @Override
    public void onUserInteraction() {
        downloads.onTouched();
        if (browser != null) browser.onTouched();
    }

    @Override
    public void onWindowFocusChanged(boolean hasFocus) {
        super.onWindowFocusChanged(hasFocus);
        if (hasFocus) bars.apply();
    }

    @Override
    protected void onActivityResult(int requestCode, int resultCode, Intent data) {
        if (requestCode == Push.REQUEST_DISTRIBUTOR) push.onChosen(data);
        else files.onResult(requestCode, resultCode, data);
    }

    @Override
    public void onRequestPermissionsResult(int requestCode, String[] names, int[] results) {
        if (requestCode != REQUEST_PERMISSIONS) return;
        List<String> about = Arrays.asList(names);
        if (permissions.onResult(about)) notifications.onResult(about);
    }

    private boolean isDebuggable() {
        return (getApplicationInfo().flags & ApplicationInfo.FLAG_DEBUGGABLE) != 0;
    }

    /** Throws IllegalStateException when the packager left no configuration that can be read. */
    static ShellConfig readConfig(Context context) {
        return ShellConfig.parse(Assets.read(context, "config.json"));
    }
}
