package app.slipway.shell;

import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.app.Application;
import android.content.Intent;
import android.content.pm.ApplicationInfo;
import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Configuration;
import android.content.res.Resources;
import android.os.Build;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.os.Message;
import android.view.ViewGroup;
import android.view.ViewRootImpl;
import android.webkit.WebChromeClient;
import android.webkit.WebView;
import android.window.OnBackInvokedCallback;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.shadows.ShadowActivity.PermissionsRequest;
import org.robolectric.shadows.ShadowWebView;
import org.robolectric.util.ReflectionHelpers;

/**
 * What the tests of the shell begin with: the app is open, in Android's own framework, from the manifest, resources
 * and assets of a built APK. The WebView is a shadow: it remembers what it is told, and loads nothing, so the tests
 * tell the shell what a WebView would.
 */
@RunWith(RobolectricTestRunner.class)
public abstract class Opened {
    static final String HOME = "https://www.example.com/start?from=app";
    static final String SECOND = "https://www.example.com/second";
    static final String OUTSIDE = "https://other.example.org/x";

    ActivityController<MainActivity> controller = null;

    @Before
    public void open() {
        PushWorld.close(); // nothing goes out, but where a test wants it
        // In the manifest, but Robolectric reads that by the parser of an older Android.
        ApplicationInfo info = RuntimeEnvironment.getApplication().getApplicationInfo();
        if (Build.VERSION.SDK_INT >= 33) info.setEnableOnBackInvokedCallback(true);
        controller = Robolectric.buildActivity(MainActivity.class).setup();
    }

    /** Opens the app with what the packager put beside the code for another owner (tested-app.ts). */
    void openAs(String apk) {
        close();
        controller = Robolectric.buildActivity(MainActivity.class);
        activity().getAssets().addAssetPath(beside(apk)); // of a file that is in two, the last counts
        controller.setup();
    }

    /** Where an APK is that was made beside that of the app. */
    private String beside(String apk) {
        return new File(new File(activity().getPackageResourcePath()).getParentFile(), apk).getPath();
    }

    /** The resources of such an APK. What every app has, has the same ids in all. */
    Resources resourcesOf(String apk, Configuration device) {
        AssetManager assets = new AssetManager();
        assets.addAssetPath(beside(apk));
        return new Resources(assets, activity().getResources().getDisplayMetrics(), device);
    }

    @After
    public void close() {
        if (controller != null) controller.pause().stop().destroy();
    }

    MainActivity activity() {
        return controller.get();
    }

    Application application() {
        return activity().getApplication();
    }

    /** The app is configured otherwise: what reads this from now on finds it. */
    void configure(String field, Object value) {
        ReflectionHelpers.setField(activity().config, field, value);
    }

    /** The content of the window: the WebViews from the lowest to the one on the screen, then the failure view. */
    ViewGroup root() {
        ViewGroup content = activity().findViewById(android.R.id.content);
        return (ViewGroup) content.getChildAt(0);
    }

    /** How many windows are open. */
    int windows() {
        return root().getChildCount() - 1;
    }

    /** The main window. */
    WebView web() {
        return (WebView) root().getChildAt(0);
    }

    /** The window on the screen. */
    WebView top() {
        return (WebView) root().getChildAt(windows() - 1);
    }

    ShadowWebView shadow() {
        return shadowOf(web());
    }

    PageClient client() {
        return client(web());
    }

    PageClient client(WebView view) {
        return (PageClient) shadowOf(view).getWebViewClient();
    }

    WebChromeClient chrome() {
        return shadow().getWebChromeClient();
    }

    FailureView failure() {
        return activity().failure;
    }

    /** What a WebView reports when a page has come. */
    void show(String url) {
        show(web(), url);
    }

    void show(WebView view, String url) {
        client(view).onPageStarted(view, url, null);
        client(view).doUpdateVisitedHistory(view, url, false);
        client(view).onPageCommitVisible(view, url);
        client(view).onPageFinished(view, url);
    }

    /** To another page, as by a tap on a link. */
    void go(String url) {
        go(web(), url);
    }

    void go(WebView view, String url) {
        shadowOf(view).pushEntryToHistory(url);
        show(view, url);
    }

    /** What the main window's page does by window.open: the new window, or null where the shell refused. */
    WebView openWindow(boolean byTap) {
        WebView.WebViewTransport transport = web().new WebViewTransport();
        Message result = Message.obtain(new Handler(Looper.getMainLooper()));
        result.obj = transport;
        boolean taken = chrome().onCreateWindow(web(), false, byTap, result);
        return taken ? transport.getWebView() : null;
    }

    /** The back gesture or key, as far as this process has a say in it. */
    void back() {
        OnBackInvokedCallback callback = backCallback();
        if (callback == null) activity().onBackPressed();
        else callback.onBackInvoked();
    }

    /** From API 33 on: what the gesture would call, the framework's own way out included. */
    OnBackInvokedCallback backCallback() {
        if (Build.VERSION.SDK_INT < 33) return null;
        ViewRootImpl root = activity().getWindow().getDecorView().getViewRootImpl();
        return root.getOnBackInvokedDispatcher().getTopCallback();
    }

    /** Android makes the activity anew in the same process. The manifest leaves no change of configuration to do so. */
    void makeAnew() {
        controller.recreate();
        controller.visible(); // gives it a window of its own, which the controller forgets
    }

    /** Android ends the process while the app is out of sight, and the user comes back to it. */
    void endAndReturn() {
        Bundle state = new Bundle();
        controller.pause().stop().saveInstanceState(state).destroy();
        controller = Robolectric.buildActivity(MainActivity.class).setup(state);
    }

    /** The permissions that the user is asked for. */
    List<String> asked() {
        return Arrays.asList(shadowOf(activity()).getLastRequestedPermission().requestedPermissions);
    }

    /** The user answers the last question: these permissions are granted, the others are not. */
    void answerPermissions(String... granted) {
        answerPermissions(shadowOf(activity()).getLastRequestedPermission(), granted);
    }

    /** The same for a question that may be of the activity before this one. */
    void answerPermissions(PermissionsRequest question, String... granted) {
        shadowOf(application()).grantPermissions(granted);
        List<String> asked = Arrays.asList(question.requestedPermissions);
        int[] results = new int[asked.size()];
        for (int i = 0; i < results.length; i++) {
            boolean yes = Arrays.asList(granted).contains(asked.get(i));
            results[i] = yes ? PackageManager.PERMISSION_GRANTED : PackageManager.PERMISSION_DENIED;
        }
        Intent answer = new Intent(PackageManager.ACTION_REQUEST_PERMISSIONS);
        answer.putExtra(PackageManager.EXTRA_REQUEST_PERMISSIONS_NAMES, asked.toArray(new String[0]));
        answer.putExtra(PackageManager.EXTRA_REQUEST_PERMISSIONS_RESULTS, results);
        String asker = "@android:requestPermissions:"; // the framework's, in Activity
        int code = question.requestCode;
        shadowOf(activity()).internalCallDispatchActivityResult(asker, code, Activity.RESULT_OK, answer);
    }
}
