package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.content.IntentFilter;
import android.net.Uri;
import android.os.Bundle;
import android.webkit.WebView;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowPackageManager;
import org.robolectric.util.ReflectionHelpers;

/** Links that lead into the app, by https and by its own scheme: at its start, and while it is there. */
public final class ArrivalTest extends Opened {
    private static final String ORDER = "https://www.example.com/orders/5?x=1#y";
    /** On a host that is inside by `return_hosts` alone. */
    private static final String END = "https://login.example.com/end?code=1";
    private static final String[] ORDERS = {
        "example://orders/5?x=1#y", "example:///orders/5?x=1#y", "example:orders/5?x=1#y", "EXAMPLE:/orders/5?x=1#y", ORDER,
    };

    @Test
    public void opensTheirPageInTheAppThatIsThere() {
        show(HOME);
        for (String link : ORDERS) {
            openWindow(true);
            go(HOME);
            web().loadUrl(HOME);
            controller.pause().newIntent(view(link)).resume();
            assertEquals(link, ORDER, shadow().getLastLoadedUrl());
            assertEquals(1, windows());
        }
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    @Test
    public void opensTheirPageAtTheStart() {
        for (String link : ORDERS) {
            start(view(link));
            assertEquals(link, ORDER, shadow().getLastLoadedUrl());
        }
    }

    @Test
    public void opensItOverAPageThatFailed() {
        show(HOME);
        client().onReceivedError(web(), Fakes.tap(SECOND), Fakes.error());
        controller.newIntent(view(ORDERS[0]));
        show(ORDER);
        assertFalse(failure().isShowing());
    }

    @Test
    public void comesForwardAsItIsByItsSchemeAlone() {
        show(HOME);
        go(SECOND);
        web().loadUrl(SECOND);
        controller.pause().newIntent(view("example://")).resume();
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        start(view("example:"));
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    /** Any app may start the activity, with any address. */
    @Test
    public void leavesTheStartPagesOriginByNoLink() {
        String[] links = {
            "example://@evil.example", "example:@evil.example", "example:////evil.example", "example:\\\\evil.example", "example:/\\evil.example",
            "example:/\t/evil.example", "example://\u0001//evil.example", "example:.evil.example", "example://https://evil.example/",
            "example://:443@evil.example/", "example:javascript:alert(1)", "example:/../..//evil.example",
        };
        for (String link : links) {
            start(view(link));
            String opened = shadow().getLastLoadedUrl();
            assertTrue(link, opened.startsWith("https://www.example.com/"));
            assertEquals("www.example.com", WebAddress.parse(opened).host);
        }
        for (String link : new String[] {"examples://orders", "xexample://orders", "slipway-tap:x", "https://partner.example/admin"}) {
            start(view(link));
            assertEquals(link, HOME, shadow().getLastLoadedUrl());
        }
    }

    @Test
    public void opensTheirPageOnce() {
        start(view(ORDERS[0]));
        show(ORDER);
        go(SECOND);
        makeAnew();
        assertEquals(SECOND, web().getUrl());
        endAndReturn();
        assertEquals(SECOND, web().getUrl());
        start(view(ORDERS[0]).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY));
        assertEquals(HOME, shadow().getLastLoadedUrl());
        show(SECOND);
        controller.newIntent(view(ORDER).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY));
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    /** The page of what is in a pattern by its path, and no other of its host. */
    @Test
    public void opensPartsOfSites() {
        start(view("https://partner.example/shop/1"));
        assertEquals("https://partner.example/shop/1", shadow().getLastLoadedUrl());
        start(view("https://partner.example/shop/../admin"));
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    /** Where it begins and ends on one host, the path tells the two apart: one opens in a tab, wherever the link comes from. */
    @Test
    public void opensTheBeginningOfASignInInATabAndItsEndInside() {
        String begin = "https://www.example.com/sso/begin";
        start(view(begin));
        assertEquals(HOME, shadow().getLastLoadedUrl());
        expectTab(begin);
        controller.newIntent(view(begin));
        expectTab(begin);
        String end = "https://www.example.com/welcome";
        controller.newIntent(view(end));
        assertEquals(end, shadow().getLastLoadedUrl());
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    private void expectTab(String url) {
        Intent tab = shadowOf(activity()).getNextStartedActivity();
        assertEquals(url, tab.getDataString());
        assertTrue(tab.hasExtra("android.support.customtabs.extra.SESSION"));
        assertTrue(tab.getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER)); // else it would arrive again
    }

    /** A page's own links of the scheme need no way out and in again. */
    @Test
    public void followsItsSchemeInItsOwnPages() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(ORDERS[0])));
        assertEquals(ORDER, shadow().getLastLoadedUrl());
        show("https://partner.example/shop/login");
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect("example://end?code=1")));
        assertEquals("https://www.example.com/end?code=1", shadow().getLastLoadedUrl());
        WebView popup = openWindow(true);
        assertTrue(client(popup).shouldOverrideUrlLoading(popup, Fakes.script("example://popup")));
        assertEquals("https://www.example.com/popup", shadowOf(popup).getLastLoadedUrl());
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    @Test
    public void letsNoFrameFollowIt() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.frameScript(ORDERS[0])));
        assertNull(shadowOf(activity()).getNextStartedActivity());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void isFoundByItsLinksAndByNoOther() {
        // Robolectric's package manager reads the manifest of the built app.
        for (String link : ORDERS) assertEquals(link, !link.startsWith("EXAMPLE"), isFound(link)); // as Android compares schemes
        for (String link : new String[] {"https://other.example.com/", "https://www.example.com.evil.example/", "examples://x"}) {
            assertFalse(link, isFound(link));
        }
    }

    @Test
    public void opensPagesThatLinksOfReturnHostsLeadBackTo() {
        assertTrue(isFound(END));
        assertFalse(isFound(END.replace("https:", "http:")));
        assertFalse(isFound(END.replace("login.", "a.login.")));
        show(HOME);
        openWindow(true);
        controller.pause().newIntent(view(END)).resume();
        assertEquals(END, shadow().getLastLoadedUrl());
        assertEquals(1, windows());
        assertNull(shadowOf(activity()).getNextStartedActivity());
        start(view(END));
        assertEquals(END, shadow().getLastLoadedUrl());
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    /** One that can't be verified fails all, before Android 12. */
    @Test
    public void asksAndroidToVerifyItsHostsAlone() throws Exception {
        Set<String> verified = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        ShadowPackageManager packages = shadowOf(activity().getPackageManager());
        for (IntentFilter filter : packages.getIntentFiltersForActivity(activity().getComponentName())) {
            if (filter.countDataSchemes() == 0) continue; // of the launcher
            String host = filter.countDataAuthorities() == 0 ? "" : filter.getDataAuthority(0).getHost();
            (filter.getAutoVerify() ? verified : others).add(filter.getDataScheme(0) + "://" + host);
        }
        String[] hosts = {"https://login.example.com", "https://www.example.com"};
        assertEquals(new TreeSet<>(Arrays.asList(hosts)), verified);
        assertTrue(others.toString(), others.contains("example://"));
    }

    /** Whether its filter asks for that or not: Android 11 asks each host of a filter that takes addresses of the web. */
    @Test
    public void namesNoOtherHostThatAndroidAsks() {
        Set<String> asked = new TreeSet<>();
        ShadowPackageManager packages = shadowOf(activity().getPackageManager());
        for (IntentFilter filter : packages.getIntentFiltersForActivity(activity().getComponentName())) {
            boolean isWeb = ReflectionHelpers.callInstanceMethod(
                    filter, "handlesWebUris", ReflectionHelpers.ClassParameter.from(boolean.class, false));
            if (isWeb) asked.addAll(Arrays.asList(ReflectionHelpers.<String[]>callInstanceMethod(filter, "getHosts")));
        }
        assertEquals(new TreeSet<>(Arrays.asList("login.example.com", "www.example.com")), asked);
    }

    private boolean isFound(String link) {
        Intent intent = view(link).addCategory(Intent.CATEGORY_BROWSABLE).setPackage(activity().getPackageName());
        return intent.resolveActivity(activity().getPackageManager()) != null;
    }

    @Test
    @Config(shadows = Fakes.NoWebView.class)
    public void keepsTheirPageUntilThereIsAWebView() {
        controller.pause().newIntent(view(ORDERS[0])).resume();
        Bundle kept = new Bundle();
        controller.saveInstanceState(kept);
        assertEquals(ORDER, kept.getString("address"));
    }

    private static Intent view(String address) {
        return new Intent(Intent.ACTION_VIEW, Uri.parse(address));
    }

    private void start(Intent intent) {
        close();
        controller = Robolectric.buildActivity(MainActivity.class, intent).setup();
    }
}
