package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.os.Build;
import android.view.View;
import android.view.ViewGroup;
import android.webkit.WebView;
import org.junit.Test;
import org.robolectric.annotation.Config;

/** Where back leads: by the key before API 33, from then on by the callback that the framework holds. */
public final class BackTest extends Opened {
    @Test
    public void goesBackThroughThePagesThenOut() {
        go(HOME);
        go(SECOND);
        back();
        assertEquals(HOME, web().getUrl());
        assertFalse(activity().isFinishing());
        show(HOME);
        assertFalse(backCallback() instanceof BackGesture);
        back();
        // From API 33 on the way out is the system's: it moves the task away, which no process here does.
        assertEquals(Build.VERSION.SDK_INT < 33, activity().isFinishing());
    }

    @Test
    @Config(minSdk = 33)
    public void leavesTheWayOutToTheSystemOnTheFirstPage() {
        assertFalse(backCallback() instanceof BackGesture);
        go(HOME);
        assertFalse(backCallback() instanceof BackGesture);
        go(SECOND);
        assertTrue(backCallback() instanceof BackGesture);
    }

    @Test
    @Config(minSdk = 33)
    public void hasACallbackForAPageThatAddsAnAddressItself() {
        go(HOME);
        shadow().pushEntryToHistory(HOME + "#2"); // pushState: nothing is loaded
        client().doUpdateVisitedHistory(web(), HOME + "#2", false);
        assertTrue(backCallback() instanceof BackGesture);
    }

    /** A WebView tells of no page in a frame: the next touch finds that there is a way back. */
    @Test
    @Config(minSdk = 33)
    public void hasACallbackForAPageInAFrame() {
        go(HOME);
        shadow().pushEntryToHistory(HOME);
        assertFalse(backCallback() instanceof BackGesture);
        activity().onUserInteraction();
        assertTrue(backCallback() instanceof BackGesture);
        back();
        assertFalse(web().canGoBack());
    }

    @Test
    public void closesAWindowThatAPageOpened() {
        show(HOME);
        WebView popup = openWindow(true);
        show(popup, SECOND);
        assertSame(popup, top());
        back();
        assertEquals(1, windows());
        assertTrue(shadowOf(popup).wasDestroyCalled());
        assertFalse(activity().isFinishing());
        assertFalse(backCallback() instanceof BackGesture);
    }

    @Test
    public void goesThroughThePagesOfAWindowBeforeItCloses() {
        show(HOME);
        WebView popup = openWindow(true);
        go(popup, HOME);
        go(popup, SECOND);
        back();
        assertEquals(2, windows());
        assertEquals(HOME, popup.getUrl());
        back();
        assertEquals(1, windows());
    }

    @Test
    public void leavesFullScreenFirst() {
        go(HOME);
        go(SECOND);
        View video = new View(activity());
        Fakes.Closed closed = new Fakes.Closed();
        chrome().onShowCustomView(video, closed);
        assertSame(activity().getWindow().getDecorView(), video.getParent());
        back();
        assertNull(video.getParent());
        assertEquals(1, closed.times);
        assertEquals(SECOND, web().getUrl());
    }

    @Test
    public void leavesFullScreenThoughItsViewIsGone() {
        show(HOME);
        View video = new View(activity());
        Fakes.Closed closed = new Fakes.Closed();
        chrome().onShowCustomView(video, closed);
        ((ViewGroup) video.getParent()).removeView(video);
        back();
        assertEquals(1, closed.times);
    }

    @Test
    public void uncoversThePageBehindAFailure() {
        show(HOME);
        client().onPageStarted(web(), SECOND, null);
        client().onReceivedSslError(web(), new Fakes.Handler(), Fakes.expired(SECOND));
        assertTrue(failure().isShowing());
        assertEquals(Strings.INSECURE, Fakes.textOf(failure()));
        back();
        assertFalse(failure().isShowing());
        assertFalse(activity().isFinishing());
    }
}
