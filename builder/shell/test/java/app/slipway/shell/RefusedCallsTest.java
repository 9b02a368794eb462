package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.app.DownloadManager;
import android.content.Context;
import android.content.Intent;
import android.net.ConnectivityManager;
import android.net.Network;
import android.net.NetworkRequest;
import android.net.Uri;
import android.os.Bundle;
import android.util.AndroidRuntimeException;
import android.webkit.WebView;
import org.junit.After;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.shadows.ShadowActivity;
import org.robolectric.shadows.ShadowConnectivityManager;
import org.robolectric.shadows.ShadowDownloadManager;
import org.robolectric.shadows.ShadowToast;
import org.robolectric.shadows.ShadowWebView;

/** Android's services refuse what they usually do: the app goes on. */
@Config(
        shadows = {
            RefusedCallsTest.Connectivity.class,
            RefusedCallsTest.Downloads.class,
            RefusedCallsTest.Starts.class,
            RefusedCallsTest.View.class
        })
public final class RefusedCallsTest extends Opened {
    /** What the services throw, while there is something. */
    private static RuntimeException refusal = null;

    private static void refuse() {
        if (refusal != null) throw refusal;
    }

    /** Android 11 threw SecurityExceptions; what leaked callbacks gets another; a service that died forgets. */
    @Implements(ConnectivityManager.class)
    public static class Connectivity extends ShadowConnectivityManager {
        @Override
        @Implementation
        protected void registerNetworkCallback(
                NetworkRequest request, ConnectivityManager.NetworkCallback callback) {
            refuse();
            super.registerNetworkCallback(request, callback);
        }

        @Override
        @Implementation
        protected void unregisterNetworkCallback(ConnectivityManager.NetworkCallback callback) {
            refuse();
            super.unregisterNetworkCallback(callback);
        }

        @Override
        @Implementation
        protected Network getActiveNetwork() {
            refuse();
            return super.getActiveNetwork();
        }
    }

    /** Users can switch the download manager off. */
    @Implements(DownloadManager.class)
    public static class Downloads extends ShadowDownloadManager {
        @Override
        @Implementation
        protected long enqueue(DownloadManager.Request request) {
            refuse();
            return super.enqueue(request);
        }
    }

    /** Other apps are not there, not exported, or the intent is too large. */
    @Implements(Activity.class)
    public static class Starts extends ShadowActivity {
        @Implementation
        protected void startActivity(Intent intent, Bundle options) {
            refuse();
        }

        @Implementation
        protected void startActivityForResult(Intent intent, int code) {
            refuse();
        }

        @Implementation
        protected void onBackPressed() {
            refuse();
        }
    }

    /** The WebView is being updated. */
    @Implements(WebView.class)
    public static class View extends ShadowWebView {
        @Override
        @Implementation
        public void ensureProviderCreated() {
            refuse();
            super.ensureProviderCreated();
        }
    }

    @After
    public void allow() {
        refusal = null;
    }

    @Test
    public void startsWithoutWordOfTheNetwork() {
        controller.pause().stop();
        refusal = new SecurityException("Package android does not belong to 10123");
        controller.restart().start().resume();
        client().onReceivedError(web(), Fakes.tap(SECOND), Fakes.error());
        assertTrue(failure().isShowing());
        assertEquals(Strings.UNREACHABLE, Fakes.textOf(failure()));
        controller.pause().stop();
        refusal = null;
        controller.restart().start().resume(); // and hears of it again
        assertEquals(1, shadowOf(connectivity()).getNetworkCallbacks().size());
    }

    @Test
    public void stopsThoughTheNetworkServiceForgotIt() {
        refusal = new IllegalArgumentException("NetworkCallback was not registered");
        controller.pause().stop();
    }

    @Test
    public void saysThatADownloadCantBeStarted() {
        refusal = new IllegalArgumentException("Unknown URL content://downloads/my_downloads");
        shadow().getDownloadListener().onDownloadStart(HOME, "Agent/1", null, "application/pdf", 3);
        assertEquals(Strings.DOWNLOAD_FAILED, ShadowToast.getTextOfLatestToast());
    }

    /** Devices without it, as some watches and televisions. */
    @Test
    public void saysThatThereIsNoDownloadManager() {
        shadowOf(application()).setSystemService(Context.DOWNLOAD_SERVICE, null);
        shadow().getDownloadListener().onDownloadStart(HOME, "Agent/1", null, "application/pdf", 3);
        assertEquals(Strings.DOWNLOAD_FAILED, ShadowToast.getTextOfLatestToast());
    }

    @Test
    public void saysThatNoAppOpensALink() {
        show(HOME);
        refusal = new SecurityException("not exported");
        client().shouldOverrideUrlLoading(web(), Fakes.tap("tel:123"));
        assertEquals(Strings.NO_APP, ShadowToast.getTextOfLatestToast());
        refusal = new RuntimeException("Failure from system", new android.os.TransactionTooLargeException());
        client().shouldOverrideUrlLoading(web(), Fakes.tap(OUTSIDE));
        assertEquals(Strings.NO_APP, ShadowToast.getTextOfLatestToast());
    }

    @Test
    public void tellsThePageThatNoFileCanBeChosen() {
        show(HOME);
        refusal = new RuntimeException("Failure from system", new android.os.TransactionTooLargeException());
        Fakes.Answer<Uri[]> answer = new Fakes.Answer<>();
        chrome().onShowFileChooser(web(), answer, Fakes.fileInput("application/pdf"));
        assertTrue(answer.given);
        assertNull(answer.value);
    }

    /** Before API 26 Android throws once the activity is stopping. */
    @Test
    public void leavesByTheKeyThoughTheStateIsSaved() {
        show(HOME);
        refusal = new IllegalStateException("Can not perform this action after onSaveInstanceState");
        activity().onBackPressed();
        assertTrue(activity().isFinishing());
    }

    @Test
    public void opensNoWindowWhileTheWebViewIsUpdated() {
        show(HOME);
        refusal = new AndroidRuntimeException("no WebView");
        assertNull(openWindow(true));
        assertEquals(1, windows());
    }

    @Test
    public void saysThatTheWebViewIsGoneWhenItCantBeMadeAnew() {
        go(HOME);
        go(SECOND);
        WebView popup = openWindow(true);
        refusal = new AndroidRuntimeException("no WebView");
        assertTrue(client().onRenderProcessGone(web(), null));
        assertTrue(shadowOf(popup).wasDestroyCalled());
        assertTrue(failure().isShowing());
        assertEquals(Strings.NO_WEBVIEW, Fakes.textOf(failure()));
        assertFalse(backCallback() instanceof BackGesture);
        refusal = null;
        makeAnew();
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        assertFalse(failure().isShowing());
    }

    @Test
    public void keepsThePagesForWhenThereIsAWebViewAgain() {
        go(HOME);
        go(SECOND);
        Bundle state = new Bundle();
        controller.pause().stop().saveInstanceState(state);
        refusal = new AndroidRuntimeException("no WebView");
        makeAnew();
        assertEquals(Strings.NO_WEBVIEW, Fakes.textOf(failure()));
        refusal = null;
        Fakes.retry(failure());
        makeAnew();
        assertEquals(SECOND, web().getUrl());
        back();
        assertEquals(HOME, web().getUrl());
    }

    private ConnectivityManager connectivity() {
        return (ConnectivityManager) activity().getSystemService(Context.CONNECTIVITY_SERVICE);
    }
}
