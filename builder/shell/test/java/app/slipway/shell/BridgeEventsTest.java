package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import android.content.Intent;
import android.webkit.WebView;
import java.util.Collections;
import java.util.Map;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.fakes.RoboWebMessagePort;
import org.robolectric.util.ReflectionHelpers;

/** What pages hear of pushes and taps. */
public final class BridgeEventsTest extends Bridged {
    private static final String INSIDE = "https://www.example.com/order?id=1";
    private static final String DATA = "{\"order\":[1,null,\"\\ud800\"],\"deep\":{\"a\":true}}";

    @Test
    public void tellsThePagesOfAPush() {
        RoboWebMessagePort page = bridge(HOME);
        RoboWebMessagePort above = bridge(openWindow(true), SECOND);
        Incoming.show(activity(), message(INSIDE), null);
        for (RoboWebMessagePort port : new RoboWebMessagePort[] {page, above}) {
            Map<?, ?> told = heard(port, 0);
            assertEquals("message", told.get("event"));
            Map<?, ?> value = (Map<?, ?>) told.get("value");
            assertEquals("T", value.get("title"));
            assertEquals("t1", value.get("tag"));
            assertEquals(INSIDE, value.get("url"));
            assertEquals(Json.parse(DATA), value.get("data"));
            assertEquals(4, value.size());
        }
    }

    @Test
    public void tellsNoPageThatIsGoneAndNeedsNone() {
        RoboWebMessagePort port = bridge(HOME);
        show(OUTSIDE);
        PageEvents.message(message(INSIDE));
        idle();
        close();
        controller = null;
        assertNull(ReflectionHelpers.getStaticField(PageEvents.class, "browser")); // or all of the app would stay in memory
        PageEvents.message(message(INSIDE));
        idle();
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        open();
    }

    @Test
    public void tellsThePageOnTheScreenOfATap() {
        RoboWebMessagePort port = bridge(HOME);
        controller.newIntent(tap(null, "buy"));
        Map<?, ?> told = heard(port, 0);
        assertEquals("click", told.get("event"));
        Map<?, ?> value = (Map<?, ?>) told.get("value");
        assertEquals("buy", value.get("action"));
        assertEquals("t1", value.get("tag"));
        assertEquals(Json.parse(DATA), value.get("data"));
        assertNull(value.get("url"));
        controller.newIntent(tap(OUTSIDE, ""));
        value = (Map<?, ?>) heard(port, 1).get("value");
        assertEquals(OUTSIDE, value.get("url"));
        assertEquals("", value.get("action"));
    }

    @Test
    public void tellsThePageThatATapOpens() {
        RoboWebMessagePort before = bridge(HOME);
        controller.newIntent(tap(INSIDE, ""));
        RoboWebMessagePort opened = bridge(INSIDE);
        assertEquals(INSIDE, ((Map<?, ?>) heard(opened, 0).get("value")).get("url"));
        assertEquals(Collections.emptyList(), before.getReceivedMessages());
        assertEquals(Collections.emptyList(), bridge(SECOND).getReceivedMessages());
    }

    /** The address differs in its fragment alone: the page stays. */
    @Test
    public void tellsThePageThatIsThereWhenATapOpensNoOther() {
        RoboWebMessagePort port = bridge(INSIDE);
        String nonce = window().run().nonce;
        controller.newIntent(tap(INSIDE + "#x", ""));
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        move(web(), INSIDE + "#x");
        window().run().finds("\"" + nonce + "\"");
        assertEquals("click", heard(port, 0).get("event"));
    }

    /** What it opens is a file. */
    @Test
    public void tellsThePageThatIsThereWhenATapOpensNoPage() {
        RoboWebMessagePort port = bridge(HOME);
        controller.newIntent(tap(INSIDE, ""));
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        shadow().getDownloadListener().onDownloadStart(INSIDE, "", "", "application/pdf", 1);
        assertEquals("click", heard(port, 0).get("event"));
    }

    /** It is not secure, and the person goes back to the page behind. */
    @Test
    public void tellsThePageThatIsThereWhenWhatATapOpensIsGivenUp() {
        RoboWebMessagePort port = bridge(HOME);
        controller.newIntent(tap(INSIDE, ""));
        client().onReceivedSslError(web(), new Fakes.Handler(), Fakes.expired(INSIDE));
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        back();
        assertEquals("click", heard(port, 0).get("event"));
    }

    @Test
    public void tellsTheFirstPageOfTheTapThatStartedTheApp() {
        controller.pause().stop().destroy();
        controller = Robolectric.buildActivity(MainActivity.class, tap(INSIDE, "")).setup();
        show(OUTSIDE); // a login elsewhere
        RoboWebMessagePort port = bridge(INSIDE);
        assertEquals("click", heard(port, 0).get("event"));
        makeAnew();
        assertEquals(Collections.emptyList(), bridge(INSIDE).getReceivedMessages());
    }

    @Test
    public void tellsTheWindowAboveOthers() {
        RoboWebMessagePort below = bridge(HOME);
        RoboWebMessagePort above = bridge(openWindow(true), SECOND);
        controller.newIntent(tap(null, ""));
        assertEquals("click", heard(above, 0).get("event"));
        assertEquals(Collections.emptyList(), below.getReceivedMessages());
    }

    @Test
    public void keepsATapUntilAPageOfItsOwnIsOnTheScreen() {
        RoboWebMessagePort below = bridge(HOME);
        WebView popup = openWindow(true);
        show(popup, OUTSIDE);
        for (int i = 0; i < 12; i++) controller.newIntent(tap(null, "a" + i));
        assertEquals(Collections.emptyList(), below.getReceivedMessages());
        chrome().onCloseWindow(popup);
        idle();
        assertEquals(10, below.getReceivedMessages().size());
        Map<?, ?> first = (Map<?, ?>) Json.parse(below.getReceivedMessages().get(0));
        assertEquals("a2", ((Map<?, ?>) first.get("value")).get("action"));
    }

    /** One that an app of before has shown says neither button nor data. */
    @Test
    public void understandsATapOnANotificationOfBefore() {
        RoboWebMessagePort port = bridge(HOME);
        Intent intent = tap(null, "buy");
        intent.removeExtra("app.slipway.action");
        intent.removeExtra("app.slipway.data");
        controller.newIntent(intent);
        Map<?, ?> value = (Map<?, ?>) heard(port, 0).get("value");
        assertEquals("", value.get("action"));
        assertNull(value.get("data"));
    }

    private Intent tap(String url, String action) {
        return NotificationTap.intent(activity(), message(url), action);
    }

    private static PushMessage message(String url) {
        String address = url == null ? "" : "\"url\":\"" + url + "\",";
        return PushMessage.of(Json.parse("{\"title\":\"T\"," + address + "\"tag\":\"t1\",\"data\":" + DATA + "}"));
    }
}
