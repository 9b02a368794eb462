package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.net.Uri;
import org.junit.Test;
import org.robolectric.Robolectric;

/** A shortcut of the launcher opens its page, whether the app is there or not; no intent opens what is not the app's own. */
public final class ShortcutTest extends Opened {
    private static final String PAGE = "https://www.example.com/orders?from=shortcut#new";

    @Test
    public void opensItsPageInTheAppThatIsThere() {
        show(HOME);
        openWindow(true);
        controller.newIntent(view(PAGE));
        assertEquals(PAGE, shadow().getLastLoadedUrl());
        assertEquals(1, windows());
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    @Test
    public void opensItsPageAtTheStart() {
        start(view(PAGE));
        assertEquals(PAGE, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensPagesOfAllOwnHosts() {
        for (String host : new String[] {"example.com", "shop.example.com"}) {
            start(view("https://" + host + "/a"));
            assertEquals("https://" + host + "/a", shadow().getLastLoadedUrl());
        }
    }

    /** Any app may start the activity, with any address. */
    @Test
    public void opensNothingElseThatAnAppMaySend() {
        StringBuilder endless = new StringBuilder(PAGE);
        while (endless.length() <= CodeLink.MAX_LENGTH) endless.append("xxxxxxxxxxxxxxxx");
        String[] others = {
            OUTSIDE, "https://www.example.com.evil.example/", "https://www.example.com@evil.example/", "http://evil.example/",
            "javascript:alert(1)", "file:///data/x", "content://x/y", "about:blank", "blob:https://www.example.com/0-1",
            "data:text/html,x", "intent://www.example.com/#Intent;scheme=https;end", "slipway-tap:t1", "not an address", "",
            endless.toString(),
        };
        show(HOME);
        for (String address : others) {
            controller.newIntent(view(address));
            assertEquals(address, HOME, shadow().getLastLoadedUrl());
        }
        controller.newIntent(new Intent());
        controller.newIntent(new Intent(Intent.ACTION_VIEW));
        controller.newIntent(new Intent(Intent.ACTION_MAIN, Uri.parse(PAGE)));
        assertEquals(HOME, shadow().getLastLoadedUrl());
        for (String address : others) {
            start(view(address));
            assertEquals(address, HOME, shadow().getLastLoadedUrl());
        }
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    /** The user comes back by the list of what was open, or after Android ended the process: to where they were. */
    @Test
    public void opensItsPageOnce() {
        start(view(PAGE));
        show(SECOND);
        shadow().pushEntryToHistory(SECOND);
        endAndReturn();
        assertEquals(SECOND, web().getUrl());
        start(view(PAGE).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY));
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    private static Intent view(String address) {
        return new Intent(Intent.ACTION_VIEW, Uri.parse(address));
    }

    private void start(Intent intent) {
        close();
        controller = Robolectric.buildActivity(MainActivity.class, intent).setup();
    }
}
