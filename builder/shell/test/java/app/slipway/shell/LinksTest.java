package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.net.Uri;
import android.webkit.WebView;
import java.util.Collections;
import org.junit.Test;
import org.robolectric.shadows.ShadowToast;

/** Which links stay in the app, which open elsewhere, and what another app is given. */
public final class LinksTest extends Opened {
    @Test
    public void opensOtherHostsOutside() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(OUTSIDE)));
        expectOpened(OUTSIDE);
    }

    @Test
    public void opensOtherHostsOutsideWhenAPageGoesThere() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(OUTSIDE)));
        expectOpened(OUTSIDE);
    }

    @Test
    public void staysInsideOnItsOwnHosts() {
        show(HOME);
        for (String host : new String[] {"www.example.com", "example.com", "shop.example.com"}) {
            assertFalse(host, client().shouldOverrideUrlLoading(web(), Fakes.tap("https://" + host + "/a")));
        }
        expectNothingOpened();
    }

    @Test
    public void followsTheStartPageToWhereItLeads() {
        assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.script("https://login.example.org/")));
        expectNothingOpened();
    }

    @Test
    public void letsAFrameShowAnyHost() {
        show(HOME);
        assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.frame(OUTSIDE)));
        expectNothingOpened();
    }

    /** A WebView tells of such frames as it does of no other: a page's advertisements, previews and players. */
    @Test
    public void letsAFrameShowWhatAPageMade() {
        show(HOME);
        for (String url : new String[] {"data:text/html,x", "blob:https://other.example.org/5f2c", "blob:null/5f2c"}) {
            assertFalse(url, client().shouldOverrideUrlLoading(web(), Fakes.frameScript(url)));
        }
        expectNothingOpened();
    }

    @Test
    public void goesToItsOwnHostsByTls() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap("http://www.example.com/old")));
        assertEquals("https://www.example.com/old", shadow().getLastLoadedUrl());
        expectNothingOpened();
    }

    @Test
    public void goesWithoutTlsToTheHostsThatAreNamedForIt() {
        show(HOME);
        for (String url : new String[] {"http://plain.example/a", "http://1.till.example/a", "https://plain.example/a"}) {
            assertFalse(url, client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        }
        assertEquals(HOME, shadow().getLastLoadedUrl());
        expectNothingOpened();
    }

    @Test
    public void opensTelephoneAndMailByTapsAlone() {
        show(HOME);
        for (String url : new String[] {"tel:+4930123456", "mailto:someone@example.com"}) {
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(url)));
            expectNothingOpened();
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
            expectOpened(url);
        }
    }

    @Test
    public void opensNothingThatReachesIntoTheDevice() {
        show(HOME);
        String[] urls = {
            "javascript:alert(1)",
            "file:///data/data/com.example.app/shared_prefs/MainActivity.xml",
            "content://com.android.contacts/contacts",
            "JavaScript:alert(1)",
            "intent:#Intent;scheme=file;end",
            "intent://x/#Intent;scheme=content;end",
        };
        for (String url : urls) {
            assertTrue(url, client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
            assertTrue(url, client().shouldOverrideUrlLoading(web(), Fakes.frame(url)));
        }
        expectNothingOpened();
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensAnIntentWithNothingThatThePagePutIntoIt() {
        show(HOME);
        String url =
                "intent://scan/#Intent;scheme=zxing;package=com.example.scanner;"
                        + "component=com.example.app/app.slipway.shell.MainActivity;launchFlags=0x3;end";
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        Intent started = shadowOf(activity()).getNextStartedActivity();
        assertEquals(Uri.parse("zxing://scan/"), started.getData());
        assertEquals("com.example.scanner", started.getPackage());
        assertNull(started.getComponent());
        assertEquals(Intent.FLAG_ACTIVITY_NEW_TASK, started.getFlags());
        assertEquals(Collections.singleton(Intent.CATEGORY_BROWSABLE), started.getCategories());
    }

    @Test
    public void opensNoIntentThatAnotherOneSelectsFor() {
        show(HOME);
        String url = "intent://scan/#Intent;scheme=zxing;SEL;component=com.example.app/.Hidden;end";
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        assertNull(shadowOf(activity()).getNextStartedActivity().getSelector());
    }

    @Test
    public void opensNoIntentForItself() {
        show(HOME);
        String url = "intent://x/#Intent;scheme=a;package=com.example.app;end";
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        expectNoneOf("a");
    }

    @Test
    public void goesToTheAddressAnIntentNamesWhenNoAppAnswers() {
        shadowOf(application()).checkActivities(true);
        show(HOME);
        String inside = Uri.encode(SECOND);
        String url = "intent://x/#Intent;scheme=nobody;S.browser_fallback_url=" + inside + ";end";
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        assertEquals(SECOND, shadow().getLastLoadedUrl());
    }

    @Test
    public void saysSoWhenNoAppCanOpenALink() {
        shadowOf(application()).checkActivities(true);
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap("nobody:knows")));
        assertEquals(Strings.NO_APP, ShadowToast.getTextOfLatestToast());
    }

    @Test
    public void opensAWindowForATapAlone() {
        show(HOME);
        assertNull(openWindow(false));
        assertNotNull(openWindow(true));
        assertEquals(2, windows());
    }

    @Test
    public void opensAFewWindowsAndNoMore() {
        show(HOME);
        for (int count = 2; count <= 5; count++) assertNotNull(openWindow(true));
        assertNull(openWindow(true));
        assertEquals(5, windows());
    }

    @Test
    public void closesAWindowWhoseAddressOpensElsewhere() {
        show(HOME);
        WebView popup = openWindow(true);
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(OUTSIDE)));
        expectOpened(OUTSIDE);
        assertEquals(1, windows());
    }

    @Test
    public void closesAWindowWhenItsPageSaysSoButNotTheMainOne() {
        show(HOME);
        WebView popup = openWindow(true);
        chrome().onCloseWindow(popup);
        assertEquals(1, windows());
        chrome().onCloseWindow(web());
        assertEquals(1, windows());
        assertFalse(shadow().wasDestroyCalled());
    }

    private void expectOpened(String url) {
        Intent started = shadowOf(activity()).getNextStartedActivity();
        assertEquals(Intent.ACTION_VIEW, started.getAction());
        assertEquals(Uri.parse(url), started.getData());
        assertEquals(Intent.FLAG_ACTIVITY_NEW_TASK, started.getFlags());
        assertEquals(Collections.singleton(Intent.CATEGORY_BROWSABLE), started.getCategories());
        assertNull(started.getPackage());
        expectNothingOpened();
    }

    private void expectNothingOpened() {
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    /** The store may have been asked for the app; nothing of this scheme was. */
    private void expectNoneOf(String scheme) {
        for (Intent started = next(); started != null; started = next()) {
            assertFalse(scheme.equals(started.getScheme()));
        }
    }

    private Intent next() {
        return shadowOf(activity()).getNextStartedActivity();
    }
}
