package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.webkit.WebView;
import java.util.Collections;
import org.junit.Test;
import org.robolectric.fakes.RoboWebMessagePort;

/** Which page gets a port to the app, and until when. */
public final class BridgeTest extends Bridged {
    @Test
    public void givesAPortToPagesOfItsOwnHostsOverTls() {
        String[][] pages = {
            {HOME, "https://www.example.com"},
            {"https://example.com/", "https://example.com"},
            {"https://SHOP.example.com:8443/x?y#z", "https://shop.example.com:8443"},
            {"https://www.example.com:443/", "https://www.example.com"},
        };
        for (String[] page : pages) {
            bridge(page[0]);
            Window window = window();
            assertEquals(page[1], window.run().origin);
            assertEquals(page[1], window.targets.get(window.targets.size() - 1).toString());
            assertEquals(window.run().nonce, window.sent.get(window.sent.size() - 1).getData());
            assertEquals(1, window.sent.get(window.sent.size() - 1).getPorts().length);
        }
        assertEquals("com.example.app", window().run().app.get("package"));
        assertEquals("1.2.3", window().run().app.get("version"));
        assertNotEquals(window().runs.get(0).nonce, window().runs.get(1).nonce);
    }

    @Test
    public void runsNothingInOtherPages() {
        String[] others = {
            OUTSIDE,
            "http://www.example.com/start",
            "http://localhost/",
            "https://localhost/",
            "http://plain.example/",
            "https://login.example.com/end",
            "https://www.example.com.evil.org/",
            "https://www.example.com@evil.org/",
            "https://evil.org/#https://www.example.com/",
            "https://xwww.example.com/",
            "blob:https://www.example.com/0f8fad5b",
            "data:text/html,x",
            "about:blank",
            "file:///android_asset/x.html",
            "chrome-error://chromewebdata/",
            "",
        };
        for (String other : others) move(web(), other);
        assertEquals(0, window().runs.size());
        assertEquals(0, window().sent.size());
    }

    /** Its objects would be seen by every frame, of whatever host. */
    @Test
    public void addsNoJavascriptInterface() {
        bridge(HOME);
        assertNull(shadow().getJavascriptInterface("slipway"));
    }

    /** Of frames nothing is told but by this, and an address that stays in one is no page. */
    @Test
    public void doesNothingForFrames() {
        bridge(HOME);
        client().shouldOverrideUrlLoading(web(), Fakes.frame("https://shop.example.com/frame"));
        assertEquals(1, window().runs.size());
        assertEquals(1, window().sent.size());
    }

    /** Old WebViews tell of frames by what tells of pages. */
    @Test
    public void staysWithThePageThoughItsFramesGoElsewhere() {
        RoboWebMessagePort port = bridge(HOME);
        String nonce = window().run().nonce;
        client().doUpdateVisitedHistory(web(), OUTSIDE, false);
        assertFalse(port.getConnectedPort().isClosed());
        assertEquals("https://www.example.com", window().run().origin);
        window().run().finds("\"" + nonce + "\"");
        assertFalse(port.getConnectedPort().isClosed());
        show(OUTSIDE);
        int runs = window().runs.size();
        client().doUpdateVisitedHistory(web(), HOME, false);
        assertEquals(runs, window().runs.size());
        assertEquals(1, window().sent.size());
    }

    /** The page around the frame may have led the user to any code. */
    @Test
    public void takesNoCodeFromAPageWhoseFrameIsOfOurs() {
        String link = "https://push.example.com/qrcode/" + PushCallsTest.CODE;
        show(OUTSIDE);
        client().doUpdateVisitedHistory(web(), HOME, false);
        client().shouldOverrideUrlLoading(web(), Fakes.tap(link));
        assertEquals(link, org.robolectric.Shadows.shadowOf(activity()).getNextStartedActivity().getDataString());
        assertNull(new PushStore(activity()).get(PushStore.CODES));
    }

    /** The script came into an error page, or into a page that came in between. */
    @Test
    public void givesNoneWhereTheScriptIsNotWhereItShouldBe() {
        RoboWebMessagePort port = bridge(HOME);
        for (String found : new String[] {REFUSED, null, "{}", "7"}) {
            show(SECOND);
            window().run().finds(found);
        }
        assertEquals(1, window().sent.size());
        assertTrue(port.getConnectedPort().isClosed());
    }

    @Test
    public void keepsThePortOfAPageThatGivesItselfAnotherAddress() {
        RoboWebMessagePort port = bridge(HOME);
        String nonce = window().run().nonce;
        move(web(), HOME + "#more");
        window().run().finds("\"" + nonce + "\"");
        assertEquals(2, window().runs.size());
        assertEquals(1, window().sent.size());
        assertFalse(port.getConnectedPort().isClosed());
        assertEquals("unsupported", call(port, "x", "null").get("error"));
    }

    @Test
    public void givesEachPageItsOwnPortAndClosesTheFormer() {
        RoboWebMessagePort first = bridge(HOME);
        client().doUpdateVisitedHistory(web(), HOME, true); // loaded again
        assertFalse(first.getConnectedPort().isClosed());
        window().run().finds(NONE);
        assertTrue(first.getConnectedPort().isClosed());
        RoboWebMessagePort second = window().port();
        assertEquals("unsupported", call(second, "x", "null").get("error"));
        assertEquals(window().run().nonce, window().sent.get(1).getData());
    }

    /** As out of a cache of pages that were left: its port is closed, and it knows the nonce of it. */
    @Test
    public void givesAPageThatComesBackAnotherPort() {
        bridge(HOME);
        String former = window().run().nonce;
        bridge(SECOND);
        show(HOME);
        window().run().finds("\"" + former + "\"");
        assertEquals(3, window().sent.size());
        assertFalse(window().port().getConnectedPort().isClosed());
        String third = window().run().nonce;
        show(OUTSIDE);
        show(HOME);
        window().run().finds("\"" + third + "\"");
        assertEquals(4, window().sent.size());
        assertFalse(window().port().getConnectedPort().isClosed());
    }

    @Test
    public void closesThePortWhenAForeignPageComes() {
        RoboWebMessagePort port = bridge(HOME);
        show(OUTSIDE);
        assertTrue(port.getConnectedPort().isClosed());
    }

    /** The first page's script answers after the next page has come. */
    @Test
    public void heedsTheRunInTheNewestPageOnly() {
        show(HOME);
        Run first = window().run();
        show(SECOND);
        first.finds(NONE);
        assertEquals(0, window().sent.size());
        window().run().finds(NONE);
        assertEquals(1, window().sent.size());
        show(HOME);
        Run third = window().run();
        show(OUTSIDE);
        third.finds(NONE);
        assertEquals(1, window().sent.size());
    }

    @Test
    public void closesThePortWithItsWindow() {
        bridge(HOME);
        WebView popup = openWindow(true);
        RoboWebMessagePort port = bridge(popup, SECOND);
        Run late = lateRun(popup);
        chrome().onCloseWindow(popup);
        assertTrue(port.getConnectedPort().isClosed());
        late.finds(NONE);
        assertEquals(1, window(popup).sent.size());
        assertFalse(window().port().getConnectedPort().isClosed());
    }

    @Test
    public void closesThePortWhenTheRendererIsGone() {
        RoboWebMessagePort port = bridge(HOME);
        WebView before = web();
        Run late = lateRun(before);
        client().onRenderProcessGone(before, null);
        assertTrue(port.getConnectedPort().isClosed());
        late.finds(NONE);
        assertEquals(1, window(before).sent.size());
        bridge(HOME);
    }

    @Test
    public void closesThePortWithTheActivityAndGivesAnotherInTheNext() {
        RoboWebMessagePort port = bridge(HOME);
        makeAnew();
        assertTrue(port.getConnectedPort().isClosed());
        bridge(HOME);
    }

    @Test
    public void hearsNothingFromAPageThatIsGone() {
        RoboWebMessagePort port = bridge(HOME);
        RoboWebMessagePort ours = port.getConnectedPort();
        show(OUTSIDE);
        ours.getWebMessageCallback()
                .onMessage(ours, new android.webkit.WebMessage("{\"id\":1,\"call\":\"openSettings\"}"));
        assertNull(org.robolectric.Shadows.shadowOf(activity()).getNextStartedActivity());
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
    }

    private Run lateRun(WebView view) {
        move(view, SECOND + "#");
        return window(view).run();
    }
}
