package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.DialogInterface;
import android.content.Intent;
import android.net.Uri;
import android.webkit.WebView;
import org.junit.Test;
import org.robolectric.Robolectric;

/** Which links redeem a code, wherever they come from, and which nobody can make the app follow. */
public final class CodeLinksTest extends OpenedForCodes {
    @Test
    public void redeemsTheCodeThatComesToTheAppThatIsThere() {
        show(HOME);
        come(LINK + "?utm_source=qr#x");
        assertEquals(SUBSCRIBED, said());
        assertEquals(1, redeemed());
    }

    @Test
    public void redeemsNothingAgainFromTheListOfWhatWasOpen() {
        start(view(LINK).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY));
        assertEquals(0, redeemed());
        controller.pause().newIntent(view(LINK).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY)).resume();
        assertEquals(0, redeemed());
    }

    /** Any app may start the activity, with any address. */
    @Test
    public void redeemsNothingThatIsNotExactlyTheLinkOfACode() {
        String[] wrong = {
            "http://push.example.com/qrcode/" + CODE,
            "https://push.example.com:8443/qrcode/" + CODE,
            "https://push.example.com.evil.example/qrcode/" + CODE,
            "https://evil.example/https://push.example.com/qrcode/" + CODE,
            "https://push.example.com@evil.example/qrcode/" + CODE,
            "https://push.example.com/qrcode/" + CODE + "x",
            "https://push.example.com/qrcode/" + CODE + "/../x",
            "https://push.example.com/qrcode/" + CODE.substring(1),
            "https://push.example.com/qrcode/%51" + CODE.substring(1),
            "https://push.example.com/x/qrcode/" + CODE,
            "https://push.example.com/qrcode/../codes/x/redeem",
            "slipway://push.example.com/qrcode/" + CODE,
            "not an address",
        };
        for (String address : wrong) {
            come(address);
            assertEquals(address, 0, redeemed());
        }
        controller.pause().newIntent(new Intent(Intent.ACTION_MAIN, Uri.parse(LINK))).resume();
        controller.pause().newIntent(new Intent()).resume();
        assertEquals(0, redeemed());
        assertNull(said());
    }

    @Test
    public void redeemsWhatTheUserTapsInAPageOfTheApp() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(LINK)));
        assertNull(shadowOf(activity()).getNextStartedActivity());
        assertEquals(SUBSCRIBED, said());
        press(DialogInterface.BUTTON_POSITIVE);
        String byButton = "intent://push.example.com/qrcode/" + OTHER + "#Intent;scheme=https;package="
                + activity().getPackageName() + ";S.browser_fallback_url=https%3A%2F%2Fwww.example.com;end";
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(byButton)));
        assertEquals(1, world.asked("POST", "/codes/" + OTHER + "/redeem").size());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    /** A page must not subscribe the user to a channel, not by leading out of the app and in again either. */
    @Test
    public void redeemsNothingThatAPageDoesByItselfOrInAFrame() {
        show(HOME);
        String byIntent = LINK.replace("https:", "intent:") + "#Intent;scheme=https;package=org.example.other;end";
        client().shouldOverrideUrlLoading(web(), Fakes.script(LINK));
        assertOnlyABrowserGetsIt();
        client().shouldOverrideUrlLoading(web(), Fakes.script(byIntent));
        assertNull(shadowOf(activity()).getNextStartedActivity());
        client().shouldOverrideUrlLoading(web(), Fakes.frame(LINK)); // stays in the frame, a page as any
        assertNull(shadowOf(activity()).getNextStartedActivity());
        client().shouldOverrideUrlLoading(web(), Fakes.frame(byIntent));
        assertOnlyABrowserGetsIt();
        WebView popup = openWindow(true); // may be a frame's
        client(popup).shouldOverrideUrlLoading(popup, Fakes.tap(LINK));
        assertOnlyABrowserGetsIt();
        show("https://login.example.net/");
        client().shouldOverrideUrlLoading(web(), Fakes.tap(LINK));
        assertOnlyABrowserGetsIt();
        show("http://www.example.com/");
        client().shouldOverrideUrlLoading(web(), Fakes.tap(LINK));
        assertOnlyABrowserGetsIt();
        assertEquals(0, redeemed());
        assertNull(said());
    }

    @Test
    public void takesNoCodeInAnAppWithoutPush() {
        activity().config = Fakes.config(HOME, "null");
        CodeQuestion codes = new CodeQuestion(activity());
        codes.opened(view(LINK));
        codes.goOn();
        assertFalse(codes.tapped(LINK));
        assertEquals(0, redeemed());
    }

    @Test
    public void isFoundByTheLinkAndByNoOther() {
        // Robolectric's package manager reads the manifest of the built app.
        assertNotNull(resolved(LINK));
        assertNull(resolved("https://push.example.com/other/" + CODE));
        assertNull(resolved("https://other.example.com/qrcode/" + CODE));
        assertNull(resolved("http://push.example.com/qrcode/" + CODE));
        assertNull(resolved("https://push.example.com:8443/qrcode/" + CODE));
        assertNull(resolved("http:")); // by which Android knows browsers
    }
}
