package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.Context;
import android.net.ConnectivityManager;
import android.net.ConnectivityManager.NetworkCallback;
import android.os.Looper;
import android.webkit.WebView;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.shadows.ShadowConnectivityManager;

/** What stands in for a page that does not come, and how the page comes back with the network. */
public final class NetworkTest extends Opened {
    @Before
    public void haveNoOfflinePage() {
        configure("offlinePage", false);
    }

    @Test
    public void saysThatTheDeviceIsOffline() {
        goOffline();
        fail(SECOND);
        assertTrue(failure().isShowing());
        assertEquals(Strings.OFFLINE, Fakes.textOf(failure()));
    }

    @Test
    public void saysThatAPageCantBeReached() {
        fail(SECOND);
        assertEquals(Strings.UNREACHABLE, Fakes.textOf(failure()));
    }

    @Test
    public void loadsThePageWhenTheNetworkIsBack() {
        show(HOME);
        goOffline();
        fail(SECOND);
        comeOnline();
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        show(SECOND);
        assertFalse(failure().isShowing());
    }

    @Test
    public void loadsNothingWhenAPageIsThereAlready() {
        show(HOME);
        comeOnline();
        assertEquals(HOME, shadow().getLastLoadedUrl());
        assertEquals(0, shadow().getReloadInvocations());
    }

    @Test
    public void loadsThePageWhenTheUserTriesAgain() {
        fail(SECOND);
        Fakes.retry(failure());
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        show(SECOND);
        assertFalse(failure().isShowing());
    }

    @Test
    public void staysCoveredWhileTheErrorPageOfTheWebViewIsShown() {
        fail(SECOND);
        client().onPageCommitVisible(web(), SECOND);
        client().onPageFinished(web(), SECOND);
        assertTrue(failure().isShowing());
    }

    @Test
    public void takesNoNoticeOfWhatIsMissingInAPage() {
        show(HOME);
        client().onReceivedError(web(), Fakes.frame("https://ads.example.org/"), Fakes.error());
        assertFalse(failure().isShowing());
    }

    @Test
    public void opensNoPageThatIsNotSecure() {
        Fakes.Handler handler = new Fakes.Handler();
        client().onPageStarted(web(), SECOND, null);
        client().onReceivedSslError(web(), handler, Fakes.expired(SECOND));
        assertTrue(handler.cancelled);
        assertFalse(handler.proceeded);
        assertEquals(Strings.INSECURE, Fakes.textOf(failure()));
    }

    @Test
    public void showsAPageOfWhichAPictureIsNotSecure() {
        show(HOME);
        Fakes.Handler handler = new Fakes.Handler();
        client().onReceivedSslError(web(), handler, Fakes.expired("https://ads.example.org/x.png"));
        assertTrue(handler.cancelled);
        assertFalse(failure().isShowing());
    }

    @Test
    public void coversTheWindowOnTheScreenAlone() {
        show(HOME);
        WebView popup = openWindow(true);
        show(popup, SECOND);
        fail(HOME); // behind it
        assertFalse(failure().isShowing());
        back();
        assertTrue(failure().isShowing());
    }

    @Test
    public void loadsTheWindowBehindWhenTheNetworkIsBack() {
        show(HOME);
        WebView popup = openWindow(true);
        show(popup, SECOND);
        fail(HOME);
        comeOnline();
        assertEquals(1, shadow().getReloadInvocations());
        assertEquals(0, shadowOf(popup).getReloadInvocations());
        show(HOME);
        back();
        assertFalse(failure().isShowing());
    }

    /** The network is told of at each return to the app. */
    @Test
    public void leavesAPageThatCrashesToTheButton() {
        show(HOME);
        client().onRenderProcessGone(web(), null);
        client().onRenderProcessGone(web(), null);
        assertEquals(Strings.CRASHED, Fakes.textOf(failure()));
        comeOnline();
        assertNull(shadow().getLastLoadedUrl());
        Fakes.retry(failure());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void listensToTheNetworkWhileItIsSeen() {
        assertEquals(1, callbacks().size());
        controller.pause().stop();
        assertEquals(0, callbacks().size());
        controller.restart().start().resume();
        assertEquals(1, callbacks().size());
    }

    private ConnectivityManager manager() {
        return (ConnectivityManager) activity().getSystemService(Context.CONNECTIVITY_SERVICE);
    }

    private List<NetworkCallback> callbacks() {
        ShadowConnectivityManager shadow = shadowOf(manager());
        return new ArrayList<>(shadow.getNetworkCallbacks());
    }

    private void goOffline() {
        shadowOf(manager()).setDefaultNetworkActive(false);
        shadowOf(manager()).setActiveNetworkInfo(null);
    }

    private void comeOnline() {
        for (NetworkCallback callback : callbacks()) callback.onAvailable(null);
        shadowOf(Looper.getMainLooper()).idle();
    }

    /** The main window was going to this address, and it can't be reached. */
    private void fail(String url) {
        client().onPageStarted(web(), url, null);
        client().onReceivedError(web(), Fakes.tap(url), Fakes.error());
    }
}
