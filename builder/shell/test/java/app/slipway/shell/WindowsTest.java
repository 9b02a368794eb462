package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.net.Uri;
import android.view.View;
import android.webkit.WebView;
import java.time.Duration;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowSystemClock;

/** Windows that pages open, and other apps, which nothing but a tap opens. */
public final class WindowsTest extends Opened {
    private static final String APP = "nobody:knows";
    private static final String INTENT = "intent://x/#Intent;scheme=nobody;end";

    @Test
    public void closesAnEmptyWindowThatGoesElsewhere() {
        WebView popup = emptyWindow();
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(OUTSIDE)));
        assertEquals(OUTSIDE, next().getDataString());
        assertEquals(1, windows());
    }

    @Test
    public void fillsAnEmptyWindow() {
        WebView popup = emptyWindow();
        assertFalse(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(SECOND)));
        show(popup, SECOND);
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.tap(OUTSIDE)));
        assertEquals(2, windows()); // there is a page to go back to
        assertEquals(OUTSIDE, next().getDataString());
        assertNull(next());
    }

    /** By document.write, of which nothing is heard: what the user taps in a window is there to be seen. */
    @Test
    public void keepsAWindowThatAPageFilledWithoutAnAddress() {
        WebView popup = emptyWindow();
        activity().onUserInteraction();
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.tap(OUTSIDE)));
        assertEquals(OUTSIDE, next().getDataString());
        assertEquals(2, windows());
        shadowOf(popup).getDownloadListener().onDownloadStart("ftp://www.example.com/x", "Agent/1", null, "a/b", 3);
        assertEquals(2, windows());
    }

    /** The tap that opens a window is none in it, and a touch of one that is still empty leads nowhere. */
    @Test
    public void closesAnEmptyWindowThoughItWasTouched() {
        show(HOME);
        activity().onUserInteraction();
        WebView popup = openWindow(true);
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.tap(OUTSIDE)));
        assertEquals(1, windows());
        popup = emptyWindow();
        activity().onUserInteraction();
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(OUTSIDE)));
        assertEquals(1, windows());
    }

    @Test
    public void leavesFullScreenForAWindow() {
        show(HOME);
        Fakes.Closed closed = new Fakes.Closed();
        chrome().onShowCustomView(new View(activity()), closed);
        openWindow(true);
        assertFalse(activity().fullscreen.isShowing());
        assertEquals(1, closed.times);
    }

    /** Else what is typed goes on into the page behind, and nowhere once the window is closed. */
    @Test
    @Config(shadows = Fakes.TakesKeys.class)
    public void givesTheKeysToTheWindowInFront() {
        show(HOME);
        WebView popup = openWindow(true);
        assertSame(popup, Fakes.TakesKeys.last);
        chrome().onCloseWindow(popup);
        assertSame(web(), Fakes.TakesKeys.last);
    }

    @Test
    public void closesAnEmptyWindowByScriptAndByTheWayBack() {
        WebView popup = emptyWindow();
        shadowOf(popup).getWebChromeClient().onCloseWindow(popup);
        assertEquals(1, windows());
        assertTrue(shadowOf(popup).wasDestroyCalled());
        emptyWindow();
        back();
        assertEquals(1, windows());
        assertFalse(activity().isFinishing());
    }

    @Test
    public void closesAWindowOnceAndHearsNothingOfItAfterwards() {
        show(HOME);
        WebView popup = openWindow(true);
        PageClient gone = client(popup);
        chrome().onCloseWindow(popup);
        chrome().onCloseWindow(popup);
        assertFalse(gone.shouldOverrideUrlLoading(popup, Fakes.script(SECOND)));
        assertTrue(gone.shouldOverrideUrlLoading(popup, Fakes.script("example://orders")));
        assertEquals(1, windows());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void closesTheWindowOfAnAppThatItOpened() {
        for (String url : new String[] {APP, INTENT}) {
            WebView popup = emptyWindow();
            assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(url)));
            assertEquals("nobody", next().getScheme());
            assertEquals(1, windows());
        }
    }

    @Test
    public void fillsTheWindowOfAnAppThatThereIsNot() {
        shadowOf(application()).checkActivities(true);
        WebView popup = emptyWindow();
        String inside = INTENT.replace(";end", ";S.browser_fallback_url=" + Uri.encode(SECOND) + ";end");
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(inside)));
        assertEquals(2, windows());
        assertEquals(SECOND, shadowOf(popup).getLastLoadedUrl());
    }

    @Test
    public void opensAnAppForTheAddressThatAWindowWasOpenedWithAlone() {
        show(HOME);
        WebView popup = openWindow(true);
        assertFalse(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(SECOND)));
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(INTENT))); // the page on its way, by itself
        assertNull(next());
        popup = openWindow(true);
        assertFalse(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(SECOND)));
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.redirect(INTENT))); // by its server
        assertEquals("nobody", next().getScheme());
    }

    @Test
    public void countsTheTapThatOpenedAWindowForAMoment() {
        WebView popup = emptyWindow();
        ShadowSystemClock.advanceBy(Duration.ofSeconds(11));
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(INTENT)));
        assertNull(next());
        assertEquals(1, windows());
    }

    @Test
    public void opensNoAppForAFrameOfAWindowThatIsOnItsWay() {
        show(HOME);
        WebView popup = openWindow(true);
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.frameScript(INTENT)));
        assertNull(next());
        assertEquals(2, windows());
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.frame(INTENT)));
        assertEquals("nobody", next().getScheme());
        assertEquals(2, windows());
    }

    @Test
    public void opensAnAppForATapAndWhereItIsLedOn() {
        show(HOME);
        for (String url : new String[] {APP, INTENT}) {
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(url)));
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(url)));
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.frameScript(url)));
            assertNull(url, next());
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
            assertEquals("nobody", next().getScheme());
            assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.tap(SECOND)));
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(url)));
            assertEquals("nobody", next().getScheme());
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(url)));
            assertNull(url, next()); // one tap opens one app
        }
    }

    /** An address of the web may be an app's, which owns its host. */
    @Test
    public void opensTheBrowserAloneForWhatAPageDoesByItself() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(OUTSIDE)));
        Intent started = next();
        assertEquals(Uri.parse(OUTSIDE), started.getData());
        assertTrue(started.getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER));
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(OUTSIDE)));
        assertNull(next().getSelector());
    }

    @Test
    public void goesNowhereElseForAnAppThatNobodyTapped() {
        show(HOME);
        String url = "intent://x/#Intent;scheme=nobody;S.browser_fallback_url=" + Uri.encode(OUTSIDE) + ";end";
        shadowOf(application()).checkActivities(true);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(url)));
        assertNull(next());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensNoAppWhereTheStartPageLeads() {
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(INTENT)));
        assertNull(next());
        assertEquals(Strings.ELSEWHERE, Fakes.textOf(failure()));
    }

    /** Pages look for their own app before they are seen: the WebView shows them a moment after their scripts have run. */
    @Test
    public void keepsAPageThatLooksForAnAppBeforeItIsSeen() {
        come(web(), HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(INTENT)));
        client().onPageCommitVisible(web(), HOME);
        assertNull(next());
        assertFalse(failure().isShowing());
        web().loadUrl("about:blank");
        controller.newIntent(new Intent(Intent.ACTION_VIEW, Uri.parse(SECOND)));
        come(web(), SECOND);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(INTENT)));
        client().onPageCommitVisible(web(), SECOND);
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        WebView popup = openWindow(true);
        client(popup).shouldOverrideUrlLoading(popup, Fakes.script("https://www.example.com/pay"));
        come(popup, "https://www.example.com/pay");
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(INTENT)));
        shadowOf(popup).getDownloadListener().onDownloadStart("ftp://www.example.com/x", "Agent/1", null, "a/b", 3);
        assertEquals(2, windows());
    }

    /** A page has come, and is not seen yet. */
    private void come(WebView view, String url) {
        client(view).onPageStarted(view, url, null);
        client(view).doUpdateVisitedHistory(view, url, false);
    }

    /** What window.open("about:blank") leads to, by a tap. */
    private WebView emptyWindow() {
        show(HOME);
        WebView popup = openWindow(true);
        show(popup, "about:blank");
        assertEquals(2, windows());
        return popup;
    }

    private Intent next() {
        return shadowOf(activity()).getNextStartedActivity();
    }
}
