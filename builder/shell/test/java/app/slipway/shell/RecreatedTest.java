package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotSame;
import static org.robolectric.Shadows.shadowOf;

import android.view.View;
import android.webkit.WebView;
import org.junit.Test;
import org.robolectric.annotation.Config;

/** What is still there once Android made the activity anew: at once, or after the process was ended. */
public final class RecreatedTest extends Opened {
    @Test
    public void goesBackThroughThePagesOfBefore() {
        go(HOME);
        go(SECOND);
        MainActivity before = activity();
        makeAnew();
        assertNotSame(before, activity());
        assertEquals(SECOND, web().getUrl());
        back();
        assertEquals(HOME, web().getUrl());
        assertFalse(activity().isFinishing());
    }

    @Test
    public void goesBackThroughThePagesOfAProcessBefore() {
        go(HOME);
        go(SECOND);
        endAndReturn();
        assertEquals(SECOND, web().getUrl());
        back();
        assertEquals(HOME, web().getUrl());
        assertFalse(activity().isFinishing());
    }

    @Test
    @Config(minSdk = 33)
    public void leavesTheWayOutToTheSystemWithoutPagesOfBefore() {
        show(HOME);
        makeAnew();
        assertFalse(backCallback() instanceof BackGesture);
    }

    @Test
    public void leavesAVideoThatFilledTheScreen() {
        go(HOME);
        Fakes.Closed closed = new Fakes.Closed();
        View video = new View(activity());
        chrome().onShowCustomView(video, closed);
        makeAnew();
        assertEquals(1, closed.times);
        assertFalse(activity().fullscreen.isShowing());
    }

    @Test
    public void leavesTheVideoOfAWindowThatCloses() {
        show(HOME);
        WebView popup = openWindow(true);
        show(popup, SECOND);
        Fakes.Closed closed = new Fakes.Closed();
        View video = new View(activity());
        shadowOf(popup).getWebChromeClient().onShowCustomView(video, closed);
        shadowOf(popup).getWebChromeClient().onCloseWindow(popup);
        assertEquals(1, closed.times);
        assertEquals(null, video.getParent());
        assertFalse(activity().fullscreen.isShowing());
    }
}
