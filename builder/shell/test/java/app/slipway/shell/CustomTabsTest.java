package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.ComponentName;
import android.content.Intent;
import android.content.IntentFilter;
import android.net.Uri;
import android.os.Looper;
import android.webkit.WebView;
import java.time.Duration;
import java.util.Collections;
import org.junit.Test;
import org.robolectric.shadows.ShadowSystemClock;
import org.robolectric.shadows.ShadowToast;

/** Sign-ins that refuse a WebView: a tab of the browser above the app, by a tap alone. */
public final class CustomTabsTest extends Opened {
    private static final String SESSION = "android.support.customtabs.extra.SESSION";
    private static final String LOGIN = "https://accounts.example.net/o/oauth2?client_id=1";

    @Test
    public void opensATabAboveTheApp() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(LOGIN)));
        assertNull(expectTab().getSelector());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensItWhereATapWasLedOn() {
        show(HOME);
        assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.tap(SECOND)));
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(LOGIN)));
        expectTab();
    }

    /** By https in place of http, and by the app's own scheme. */
    @Test
    public void opensItWhereATapWasLedOnAndTheAppLoadedAnotherAddress() {
        for (String url : new String[] {"http://www.example.com/login", "example://login"}) {
            show(HOME);
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
            assertEquals("https://www.example.com/login", shadow().getLastLoadedUrl());
            web().loadUrl(HOME);
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(LOGIN)));
            expectTab();
        }
    }

    /** The tap is over with its page, or with what opened elsewhere, and after a moment. */
    @Test
    public void opensNoneForALaterRedirect() {
        for (int how = 0; how < 4; how++) {
            show(HOME);
            boolean stays = how != 3;
            assertEquals(!stays, client().shouldOverrideUrlLoading(web(), Fakes.tap(stays ? SECOND : OUTSIDE)));
            if (how == 0) show(SECOND);
            if (how == 1) ShadowSystemClock.advanceBy(Duration.ofSeconds(11));
            if (how == 2) assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.script(SECOND)));
            if (how == 3) assertEquals(OUTSIDE, shadowOf(activity()).getNextStartedActivity().getDataString());
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(LOGIN)));
            assertFalse("" + how, shadowOf(activity()).getNextStartedActivity().hasExtra(SESSION));
        }
    }

    @Test
    public void opensNoneForWhatAPageDoesByItself() {
        show(HOME);
        for (boolean isRedirect : new boolean[] {false, true}) {
            assertTrue(
                    client().shouldOverrideUrlLoading(
                            web(), isRedirect ? Fakes.redirect(LOGIN) : Fakes.script(LOGIN)));
            Intent started = shadowOf(activity()).getNextStartedActivity();
            assertFalse(started.hasExtra(SESSION));
            assertEquals(Intent.FLAG_ACTIVITY_NEW_TASK, started.getFlags());
            assertTrue(started.getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER));
        }
    }

    @Test
    public void letsAFrameBe() {
        show(HOME);
        assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.frame(LOGIN)));
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    @Test
    public void opensItForAWindowWhichCloses() {
        show(HOME);
        WebView popup = openWindow(true);
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script(LOGIN)));
        expectTab();
        assertEquals(1, windows());
    }

    /** The app was opened by a tap, and there is nothing else that it could show. */
    @Test
    public void opensItWhereTheStartPageLeads() {
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(LOGIN)));
        expectTab();
        assertEquals(Strings.ELSEWHERE, Fakes.textOf(failure()));
        assertTrue(failure().isShowing());
        web().loadUrl("about:blank");
        activity().network.onAvailable(null); // as at each return to the app, where the tab would open again
        shadowOf(Looper.getMainLooper()).idle();
        assertEquals("about:blank", shadow().getLastLoadedUrl());
        assertEquals(0, shadow().getReloadInvocations());
        assertTrue(failure().isShowing());
        controller.newIntent(new Intent(Intent.ACTION_VIEW, Uri.parse(SECOND))); // the sign-in comes back
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        show(SECOND);
        assertFalse(failure().isShowing());
    }

    /** An error page is none to stay at, whether the WebView tells of it before the error or after. */
    @Test
    public void opensItOnceWhereTheStartPageLeadsAtLast() {
        for (boolean isErrorFirst : new boolean[] {true, false}) {
            if (!isErrorFirst) client().doUpdateVisitedHistory(web(), HOME, false);
            client().onReceivedError(web(), Fakes.tap(HOME), Fakes.error());
            if (isErrorFirst) client().doUpdateVisitedHistory(web(), HOME, false);
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(LOGIN)));
            expectTab();
            assertEquals(Strings.ELSEWHERE, Fakes.textOf(failure()));
            client().onPageStarted(web(), HOME, null);
        }
    }

    @Test
    public void triesAgainWhereTheStartPageLeads() {
        client().shouldOverrideUrlLoading(web(), Fakes.redirect(LOGIN));
        expectTab();
        Fakes.retry(failure());
        assertEquals(HOME, shadow().getLastLoadedUrl());
        client().shouldOverrideUrlLoading(web(), Fakes.redirect(LOGIN));
        expectTab();
    }

    @Test
    public void opensItInsteadOfAnAppThatThereIsNot() throws Exception {
        show(HOME);
        shadowOf(application()).checkActivities(true);
        ComponentName browser = new ComponentName("org.browser", "org.browser.Main");
        shadowOf(activity().getPackageManager()).addActivityIfNotPresent(browser);
        shadowOf(activity().getPackageManager()).addIntentFilterForActivity(browser, links());
        String url = "intent://x/#Intent;scheme=nobody;S.browser_fallback_url=" + Uri.encode(LOGIN) + ";end";
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        expectTab();
    }

    @Test
    public void saysSoWhereThereIsNoBrowser() {
        shadowOf(application()).checkActivities(true);
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(LOGIN)));
        assertEquals(Strings.NO_APP, ShadowToast.getTextOfLatestToast());
    }

    /** Else a page could subscribe the user to a channel by leading out of the app and in again. */
    @Test
    public void leadsToNoCode() {
        String code = "https://push.example.com/qrcode/" + PushCallsTest.CODE;
        activity().links.open(code, UrlPolicy.Verdict.CUSTOM_TAB, true);
        Intent started = shadowOf(activity()).getNextStartedActivity();
        assertEquals(code, started.getDataString());
        assertTrue(started.getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER));
    }

    /** Such a link means a page, which opens where that does. */
    @Test
    public void opensItForALinkOfTheAppsScheme() {
        String page = "https://www.example.com/sso/begin?x=1";
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap("example://sso/begin?x=1")));
        Intent started = shadowOf(activity()).getNextStartedActivity();
        assertEquals(page, started.getDataString());
        assertTrue(started.hasExtra(SESSION));
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    /** A sign-in may begin on the host where it ends, whose links lead into the app. */
    @Test
    public void staysOutOfTheAppWhoseLinksItsHostHas() throws Exception {
        ownLinksOf("accounts.example.net");
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(LOGIN)));
        assertTrue(expectTab().getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER));
    }

    /** A path that may mean another one is in no pattern: its page is not inside, though its host's links lead in. */
    @Test
    public void opensTheBrowserForALinkThatWouldComeBackToNothing() throws Exception {
        String page = "https://partner.example/shop/..%2fadmin";
        show(HOME);
        for (boolean isOwn : new boolean[] {false, true}) {
            if (isOwn) ownLinksOf("partner.example");
            assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(page)));
            Intent started = shadowOf(activity()).getNextStartedActivity();
            assertEquals(page, started.getDataString());
            assertFalse(started.hasExtra(SESSION));
            assertEquals(Intent.FLAG_ACTIVITY_NEW_TASK, started.getFlags());
            assertEquals(isOwn, started.getSelector() != null);
            if (isOwn) assertTrue(started.getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER));
        }
    }

    private void ownLinksOf(String host) throws Exception {
        IntentFilter links = links();
        links.addDataAuthority(host, null);
        shadowOf(activity().getPackageManager()).addIntentFilterForActivity(activity().getComponentName(), links);
    }

    /** What takes links of the web. */
    private static IntentFilter links() {
        IntentFilter links = new IntentFilter(Intent.ACTION_VIEW);
        links.addCategory(Intent.CATEGORY_BROWSABLE);
        links.addCategory(Intent.CATEGORY_DEFAULT);
        links.addDataScheme("https");
        return links;
    }

    private Intent expectTab() {
        Intent started = shadowOf(activity()).getNextStartedActivity();
        assertEquals(Intent.ACTION_VIEW, started.getAction());
        assertEquals(LOGIN, started.getDataString());
        assertTrue(started.hasExtra(SESSION));
        assertNull(started.getExtras().getBinder(SESSION));
        assertEquals(0xff123456, started.getIntExtra("android.support.customtabs.extra.TOOLBAR_COLOR", 0));
        assertEquals(0, started.getFlags()); // no task of its own: the tab closes back into the app
        assertEquals(Collections.singleton(Intent.CATEGORY_BROWSABLE), started.getCategories());
        assertNull(started.getPackage());
        assertNull(started.getComponent());
        assertNull(shadowOf(activity()).getNextStartedActivity());
        return started;
    }
}
