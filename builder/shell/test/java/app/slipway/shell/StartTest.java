package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.Manifest;
import android.app.Activity;
import android.content.Intent;
import android.content.pm.ActivityInfo;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import android.content.pm.ServiceInfo;
import android.graphics.drawable.ColorDrawable;
import android.net.Uri;
import android.os.Build;
import android.os.Bundle;
import android.os.Looper;
import android.os.Parcel;
import android.view.WindowManager;
import android.webkit.CookieManager;
import android.webkit.PermissionRequest;
import android.webkit.RoboCookieManager;
import android.webkit.WebSettings;
import android.webkit.WebView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowActivity.PermissionsRequest;
import org.robolectric.shadows.ShadowCookieManager;
import org.robolectric.util.ReflectionHelpers;

/** How the app starts, by what the packager wrote, and what it keeps when Android makes the activity anew. */
public final class StartTest extends Opened {
    /** As the packager has them in the app's configuration. */
    private static final int THEME = 0xff123456;

    @Test
    public void showsTheStartPage() {
        assertEquals("com.example.app", activity().getPackageName());
        assertEquals("Example", activity().getTitle());
        assertEquals(36, activity().getApplicationInfo().targetSdkVersion);
        assertEquals(HOME, shadow().getLastLoadedUrl());
        assertEquals(1, windows());
        assertFalse(failure().isShowing());
    }

    @Test
    public void asksForWhatIsConfiguredAndNoMore() throws Exception {
        PackageManager packages = activity().getPackageManager();
        int flags = PackageManager.GET_PERMISSIONS;
        String[] requested = packages.getPackageInfo("com.example.app", flags).requestedPermissions;
        List<String> expected =
                Arrays.asList(
                        Manifest.permission.INTERNET,
                        Manifest.permission.ACCESS_NETWORK_STATE,
                        Manifest.permission.CAMERA,
                        Manifest.permission.RECORD_AUDIO,
                        Manifest.permission.MODIFY_AUDIO_SETTINGS,
                        Manifest.permission.ACCESS_COARSE_LOCATION,
                        Manifest.permission.ACCESS_FINE_LOCATION,
                        Manifest.permission.POST_NOTIFICATIONS,
                        Manifest.permission.WAKE_LOCK,
                        Manifest.permission.RECEIVE_BOOT_COMPLETED);
        assertEquals(expected, Arrays.asList(requested));
    }

    @Test
    public void opensItsComponentsOnlyToWhoMayReachThem() throws Exception {
        int flags = PackageManager.GET_RECEIVERS | PackageManager.GET_SERVICES;
        PackageInfo app = activity().getPackageManager().getPackageInfo("com.example.app", flags);
        List<String> found = new ArrayList<>();
        for (ActivityInfo one : app.receivers) found.add(one.name + " " + one.exported + " " + one.permission);
        for (ServiceInfo one : app.services) found.add(one.name + " " + one.exported + " " + one.permission);
        List<String> expected =
                Arrays.asList(
                        "app.slipway.shell.UnifiedPushReceiver true null",
                        "app.slipway.shell.DismissReceiver false null",
                        "app.slipway.shell.PlayServicesReceiver true com.google.android.c2dm.permission.SEND",
                        "app.slipway.shell.RaiseService true null",
                        "app.slipway.shell.PollService true android.permission.BIND_JOB_SERVICE");
        Collections.sort(found);
        Collections.sort(expected);
        assertEquals(expected, found);
    }

    @Test
    public void hasTheConfiguredColours() {
        assertEquals(THEME, ((ColorDrawable) root().getBackground()).getColor());
        // From API 35 on the bars are transparent, and the background is what is seen.
        if (Build.VERSION.SDK_INT < 35) {
            assertEquals(THEME, activity().getWindow().getStatusBarColor());
            assertEquals(THEME, activity().getWindow().getNavigationBarColor());
        }
    }

    @Test
    public void isTheOneActivityOfATaskThatNoOtherAppGetsInto() throws Exception {
        ActivityInfo info = declared();
        assertEquals(ActivityInfo.LAUNCH_SINGLE_TASK, info.launchMode);
        assertNull(info.taskAffinity); // of an empty one; where none is said, it is the package's
    }

    @Test
    public void isFixedToTheConfiguredOrientation() throws Exception {
        assertEquals(ActivityInfo.SCREEN_ORIENTATION_PORTRAIT, declared().screenOrientation);
    }

    private ActivityInfo declared() throws Exception {
        return activity().getPackageManager().getActivityInfo(activity().getComponentName(), 0);
    }

    @Test
    public void letsTheScreenSleepUnlessConfigured() {
        assertTrue(staysAwake());
        openAs("light.apk");
        assertFalse(staysAwake());
    }

    private boolean staysAwake() {
        int flags = activity().getWindow().getAttributes().flags;
        return (flags & WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON) != 0;
    }

    @Test
    public void letsPagesDoWhatABrowserLetsThem() {
        WebSettings settings = web().getSettings();
        assertTrue(settings.getUserAgentString().endsWith(" Slipway/1"));
        assertTrue(settings.getJavaScriptEnabled());
        assertTrue(settings.getDomStorageEnabled());
        assertTrue(settings.supportMultipleWindows());
        assertTrue(CookieManager.getInstance().acceptCookie());
    }

    @Test
    public void letsEmbeddedSitesKeepCookiesUnlessTheOwnerSaysNo() {
        Map<WebView, Boolean> kept = new HashMap<>();
        CookieManager cookies =
                new RoboCookieManager() {
                    @Override
                    public void setAcceptThirdPartyCookies(WebView view, boolean accept) {
                        kept.put(view, accept);
                    }
                };
        ReflectionHelpers.setStaticField(ShadowCookieManager.class, "cookieManager", cookies);
        assertEquals(true, kept.get(openWindow(true)));
        configure("thirdPartyCookies", false);
        assertEquals(false, kept.get(openWindow(true)));
    }

    /** It is on by default, unless the manifest or the settings of a WebView say otherwise. */
    @Test
    @Config(shadows = Fakes.BrowsesSafely.class)
    public void leavesSafeBrowsingOn() throws Exception {
        PackageManager packages = activity().getPackageManager();
        Bundle data = packages.getApplicationInfo("com.example.app", PackageManager.GET_META_DATA).metaData;
        assertTrue(data == null || data.getBoolean("android.webkit.WebView.EnableSafeBrowsing", true));
        for (WebView view : new WebView[] {web(), openWindow(true)}) {
            assertTrue(((Fakes.BrowsesSafely) Shadow.extract(view)).isSafe);
        }
    }

    @Test
    public void keepsPagesFromFilesAndMixedContent() {
        WebSettings settings = web().getSettings();
        assertFalse(settings.getAllowFileAccess());
        assertFalse(settings.getAllowContentAccess());
        assertEquals(WebSettings.MIXED_CONTENT_NEVER_ALLOW, settings.getMixedContentMode());
    }

    @Test
    public void staysAsItIsWhenTurned() {
        staysAsItIs("+land");
    }

    @Test
    public void staysAsItIsWhenItGetsDark() {
        staysAsItIs("+night");
    }

    @Test
    public void staysAsItIsOnALargerScreen() {
        staysAsItIs("+w900dp-h1200dp-xlarge");
    }

    @Test
    public void staysAsItIsWithAKeyboard() {
        staysAsItIs("+keysexposed-qwerty");
    }

    @Test
    public void keepsThePageWhenMadeAnew() {
        go(HOME);
        go(SECOND);
        MainActivity before = activity();
        WebView page = web();
        makeAnew();
        assertNotSame(before, activity());
        assertTrue(shadowOf(page).wasDestroyCalled());
        assertEquals(SECOND, web().getUrl());
        assertTrue(web().canGoBack());
    }

    @Test
    public void keepsTheAddressOfAPageThatIsTooLargeToSave() {
        StringBuilder large = new StringBuilder("https://www.example.com/?");
        while (large.length() < 300 * 1024) large.append("0123456789abcdef");
        go(large.toString());
        go(SECOND);
        Bundle saved = new Bundle();
        controller.pause().stop().saveInstanceState(saved).destroy();
        controller = Robolectric.buildActivity(MainActivity.class).setup(saved);
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        assertFalse(web().canGoBack());
    }

    /** Android ends an app that keeps about 1 MB. */
    @Test
    public void keepsNoAddressThatIsTooLongByItself() {
        char[] more = new char[1024 * 1024];
        Arrays.fill(more, 'a');
        go(HOME);
        go(HOME + "#" + new String(more));
        Bundle saved = new Bundle();
        controller.pause().stop().saveInstanceState(saved);
        Parcel parcel = Parcel.obtain();
        saved.writeToParcel(parcel, 0);
        assertTrue(parcel.dataSize() < 512 * 1024);
        parcel.recycle();
    }

    @Test
    public void asksAnewOnceTheQuestionOfBeforeItWasMadeAnewIsAnswered() {
        show(HOME);
        chrome().onPermissionRequest(new Fakes.Question(HOME, PermissionRequest.RESOURCE_VIDEO_CAPTURE));
        PermissionsRequest before = shadowOf(activity()).getLastRequestedPermission();
        makeAnew();
        answerPermissions(before); // comes to the new activity, where nobody waits for it
        show(HOME);
        Fakes.Question question = new Fakes.Question(HOME, PermissionRequest.RESOURCE_VIDEO_CAPTURE);
        chrome().onPermissionRequest(question);
        answerPermissions(Manifest.permission.CAMERA);
        assertEquals(Collections.singletonList(PermissionRequest.RESOURCE_VIDEO_CAPTURE), question.granted);
    }

    @Test
    public void takesAnotherFileAfterItWasMadeAnewInMidQuestion() {
        Fakes.Answer<Uri[]> before = new Fakes.Answer<>();
        chrome().onShowFileChooser(web(), before, Fakes.fileInput("application/pdf"));
        Intent chooser = shadowOf(activity()).getNextStartedActivityForResult().intent;
        makeAnew();
        Intent chosen = new Intent().setData(Uri.parse("content://files/1"));
        shadowOf(activity()).receiveResult(chooser, Activity.RESULT_OK, chosen);
        assertFalse(before.given); // its page is gone
        Fakes.Answer<Uri[]> answer = new Fakes.Answer<>();
        chrome().onShowFileChooser(web(), answer, Fakes.fileInput("application/pdf"));
        chooser = shadowOf(activity()).getNextStartedActivityForResult().intent;
        shadowOf(activity()).receiveResult(chooser, Activity.RESULT_OK, chosen);
        assertEquals(Collections.singletonList(chosen.getData()), Arrays.asList(answer.value));
    }

    @Test
    @Config(shadows = Fakes.NoWebView.class)
    public void saysSoWhereThereIsNoWebViewAndTriesAgain() {
        assertTrue(failure().isShowing());
        assertEquals(Strings.NO_WEBVIEW, Fakes.textOf(failure()));
        MainActivity before = activity();
        Fakes.retry(failure());
        shadowOf(Looper.getMainLooper()).idle();
        assertNotSame(before, activity());
        back();
        assertEquals(Build.VERSION.SDK_INT < 33, activity().isFinishing());
    }

    @Test
    public void comesBackAsItWasWhenItsIconIsTappedAgain() {
        go(HOME);
        go(SECOND);
        WebView page = web();
        controller.pause().stop();
        controller.newIntent(new Intent(Intent.ACTION_MAIN).addCategory(Intent.CATEGORY_LAUNCHER));
        controller.restart().start().resume();
        assertSame(page, web());
        assertEquals(SECOND, web().getUrl());
    }

    @Test
    public void restsWhileItIsNotInFront() {
        controller.pause();
        assertTrue(shadow().wasOnPauseCalled());
        controller.resume();
        assertTrue(shadow().wasOnResumeCalled());
    }

    @Test
    @Config(minSdk = 26)
    public void loadsThePageAgainWhenItsRendererIsGone() {
        go(HOME);
        go(SECOND);
        WebView gone = web();
        assertTrue(client().onRenderProcessGone(gone, null));
        assertNotSame(gone, web());
        assertTrue(shadowOf(gone).wasDestroyCalled());
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        assertFalse(failure().isShowing());
    }

    @Test
    @Config(minSdk = 26)
    public void doesNotLoadAPageThatCrashesAgainAndAgain() {
        show(SECOND);
        client().onRenderProcessGone(web(), null);
        show(SECOND);
        client().onRenderProcessGone(web(), null);
        assertNull(shadow().getLastLoadedUrl());
        assertEquals(Strings.CRASHED, Fakes.textOf(failure()));
        Fakes.retry(failure());
        assertEquals(SECOND, shadow().getLastLoadedUrl());
    }

    /** Nothing of the page is lost by a change that the manifest says the activity handles. */
    private void staysAsItIs(String change) {
        MainActivity before = activity();
        WebView page = web();
        RuntimeEnvironment.setQualifiers(change);
        controller.configurationChange();
        assertSame(before, activity());
        assertSame(page, web());
        assertFalse(shadowOf(page).wasDestroyCalled());
    }
}
