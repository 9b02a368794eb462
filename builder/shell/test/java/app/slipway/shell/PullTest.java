package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.res.ColorStateList;
import android.os.SystemClock;
import android.view.MotionEvent;
import android.view.MotionEvent.PointerCoords;
import android.view.MotionEvent.PointerProperties;
import android.view.View;
import android.view.ViewGroup;
import android.webkit.WebView;
import android.widget.ProgressBar;
import org.junit.Test;

/** A page that is pulled down from its top loads again, where the owner wants that. */
public final class PullTest extends Opened {
    private static final int FAR = 200;
    private static final int NEAR = 60;

    @Test
    public void isOffUnlessConfigured() {
        assertFalse(web() instanceof PullView);
        assertFalse(openWindow(true) instanceof PullView);
    }

    @Test
    public void loadsThePageAgainAndShowsThatItDoes() {
        PullView page = page();
        touch(page, MotionEvent.ACTION_DOWN, 100, 100);
        touch(page, MotionEvent.ACTION_MOVE, 100, 110);
        assertNull(sign());
        beyond(page);
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + NEAR);
        assertNotNull(sign());
        assertTrue(sign().getAlpha() < 1);
        assertEquals(ColorStateList.valueOf(0xff123456), sign().getIndeterminateTintList());
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + FAR);
        assertEquals(1f, sign().getAlpha(), 0);
        assertEquals(0, shadowOf(page).getReloadInvocations());
        touch(page, MotionEvent.ACTION_UP, 100, 100 + FAR);
        assertEquals(1, shadowOf(page).getReloadInvocations());
        assertEquals(Strings.RELOADING, sign().getContentDescription());
        show(page, SECOND);
        assertNull(sign());
    }

    @Test
    public void loadsItOnceAtATime() {
        PullView page = page();
        pull(page, FAR);
        pull(page, FAR);
        assertEquals(1, shadowOf(page).getReloadInvocations());
        assertNotNull(sign());
        show(page, SECOND);
        pull(page, FAR);
        assertEquals(2, shadowOf(page).getReloadInvocations());
    }

    @Test
    public void doesNothingWhenItWasPulledALittle() {
        PullView page = page();
        pull(page, NEAR);
        assertEquals(0, shadowOf(page).getReloadInvocations());
        assertNull(sign());
    }

    /** Something inside scrolls, or the page uses the touch: the WebView has nothing left to scroll by. */
    @Test
    public void leavesATouchToThePageThatUsesIt() {
        PullView page = page();
        touch(page, MotionEvent.ACTION_DOWN, 100, 100);
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + FAR);
        page.onOverScrolled(0, 0, true, false); // aside alone
        touch(page, MotionEvent.ACTION_UP, 100, 100 + FAR);
        assertEquals(0, shadowOf(page).getReloadInvocations());
    }

    @Test
    public void leavesAPageAloneThatIsNotAtItsTop() {
        PullView page = page();
        page.setScrollY(300);
        touch(page, MotionEvent.ACTION_DOWN, 100, 100);
        page.setScrollY(0);
        beyond(page);
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + FAR);
        touch(page, MotionEvent.ACTION_UP, 100, 100 + FAR);
        assertEquals(0, shadowOf(page).getReloadInvocations());
        assertNull(sign());
    }

    @Test
    public void leavesAPageAloneThatIsPulledUpAtItsEnd() {
        PullView page = page();
        touch(page, MotionEvent.ACTION_DOWN, 100, 400);
        beyond(page); // a short page is at its top and its end
        touch(page, MotionEvent.ACTION_MOVE, 100, 400 - FAR);
        touch(page, MotionEvent.ACTION_UP, 100, 400 - FAR);
        assertEquals(0, shadowOf(page).getReloadInvocations());
        assertNull(sign());
    }

    @Test
    public void isNoSwipeToTheSide() {
        PullView page = page();
        touch(page, MotionEvent.ACTION_DOWN, 100, 100);
        touch(page, MotionEvent.ACTION_MOVE, 140, 110);
        beyond(page);
        touch(page, MotionEvent.ACTION_MOVE, 140, 100 + FAR);
        touch(page, MotionEvent.ACTION_UP, 140, 100 + FAR);
        assertEquals(0, shadowOf(page).getReloadInvocations());
    }

    @Test
    public void isNoPinch() {
        PullView page = page();
        touch(page, MotionEvent.ACTION_DOWN, 100, 100);
        beyond(page);
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + NEAR);
        assertNotNull(sign());
        touchWithTwo(page);
        assertNull(sign());
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + FAR);
        touch(page, MotionEvent.ACTION_UP, 100, 100 + FAR);
        assertEquals(0, shadowOf(page).getReloadInvocations());
    }

    @Test
    public void endsWithATouchThatIsTakenAway() {
        PullView page = page();
        touch(page, MotionEvent.ACTION_DOWN, 100, 100);
        beyond(page);
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + FAR);
        touch(page, MotionEvent.ACTION_CANCEL, 100, 100 + FAR);
        assertEquals(0, shadowOf(page).getReloadInvocations());
        assertNull(sign());
    }

    /** A page that came by a form is not sent again, and stays. */
    @Test
    public void endsWhereThePageIsNotLoadedAgain() {
        PullView page = page();
        pull(page, FAR);
        client(page).onFormResubmission(page, new android.os.Handler().obtainMessage(), null);
        assertNull(sign());
        pull(page, NEAR);
        assertNull(sign());
    }

    /** The page asks whether to leave it, and the user stays: the WebView reports nothing, but the question goes. */
    @Test
    public void endsWhereTheUserStaysOnThePage() {
        PullView page = page();
        progress(page, 100);
        pull(page, FAR);
        page.onWindowFocusChanged(false);
        assertNotNull(sign());
        page.onWindowFocusChanged(true);
        assertNull(sign());
        pull(page, FAR);
        assertEquals(2, shadowOf(page).getReloadInvocations());
    }

    @Test
    public void goesOnWhileTheUserLooksElsewhere() {
        PullView page = page();
        pull(page, FAR);
        progress(page, 10);
        page.onWindowFocusChanged(false);
        page.onWindowFocusChanged(true);
        assertNotNull(sign());
        progress(page, 99);
        assertNotNull(sign());
    }

    /** It turned out to be a file, or a server had nothing to say: no page is shown. */
    @Test
    public void endsWhereNoPageComes() {
        PullView page = page();
        pull(page, FAR);
        progress(page, 10);
        progress(page, 100);
        assertNull(sign());
        pull(page, FAR);
        assertEquals(2, shadowOf(page).getReloadInvocations());
    }

    @Test
    public void showsNothingOfAWindowThatClosed() {
        PullView page = page();
        pull(page, FAR);
        assertNotNull(sign());
        shadowOf(page).getWebChromeClient().onCloseWindow(page);
        assertNull(sign());
    }

    @Test
    public void leavesTheOwnersPageWithoutNetworkAlone() {
        configure("pullToRefresh", true);
        failure().show(Strings.OFFLINE);
        assertFalse(failure().getChildAt(0) instanceof PullView);
    }

    private PullView page() {
        configure("pullToRefresh", true);
        show(HOME);
        WebView page = openWindow(true);
        show(page, SECOND);
        return (PullView) page;
    }

    private void pull(PullView page, int way) {
        touch(page, MotionEvent.ACTION_DOWN, 100, 100);
        beyond(page);
        touch(page, MotionEvent.ACTION_MOVE, 100, 100 + way);
        touch(page, MotionEvent.ACTION_UP, 100, 100 + way);
    }

    /** How much of what the window loads has come, per cent. */
    private static void progress(PullView page, int percent) {
        shadowOf(page).getWebChromeClient().onProgressChanged(page, percent);
    }

    /** What a WebView calls when there is nothing that way to scroll to. */
    private static void beyond(PullView page) {
        page.onOverScrolled(0, 0, false, true);
    }

    private static void touch(PullView page, int action, float x, float y) {
        long now = SystemClock.uptimeMillis();
        MotionEvent event = MotionEvent.obtain(now, now, action, x, y, 0);
        page.onTouchEvent(event);
        event.recycle();
    }

    private static void touchWithTwo(PullView page) {
        PointerProperties[] fingers = {new PointerProperties(), new PointerProperties()};
        fingers[1].id = 1;
        PointerCoords[] places = {new PointerCoords(), new PointerCoords()};
        places[1].x = 50;
        long now = SystemClock.uptimeMillis();
        int action = MotionEvent.ACTION_MOVE;
        page.onTouchEvent(MotionEvent.obtain(now, now, action, 2, fingers, places, 0, 0, 1, 1, 0, 0, 0, 0));
    }

    /** What is seen of it; or null. */
    private ProgressBar sign() {
        ViewGroup window = (ViewGroup) activity().getWindow().getDecorView();
        for (int i = 0; i < window.getChildCount(); i++) {
            View child = window.getChildAt(i);
            if (child instanceof ProgressBar) return (ProgressBar) child;
        }
        return null;
    }
}
