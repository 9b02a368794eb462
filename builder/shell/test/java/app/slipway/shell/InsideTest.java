package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.webkit.PermissionRequest;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.annotation.Config;

/** What is inside besides the listed hosts: parts of sites, and where the start page leads to. */
public final class InsideTest extends Opened {
    private static final String MOBILE = "https://m.example.org/";

    @Test
    public void staysInsideThePartOfASiteThatIsListed() {
        show(HOME);
        assertStays("https://partner.example/shop/1?x#y");
        assertLeaves("https://partner.example/admin");
        assertLeaves("https://partner.example/shop/..%2fadmin");
    }

    @Test
    public void staysWhereTheStartPageLed() {
        lead(MOBILE);
        show(MOBILE);
        assertStays(MOBILE + "orders");
        assertLeaves("https://www.example.org/");
    }

    @Test
    public void staysOnEachHostOnTheWay() {
        lead("https://login.example.net/");
        lead(MOBILE);
        show(MOBILE);
        assertStays("https://login.example.net/again");
    }

    @Test
    public void goesToWhereTheStartPageLedByTls() {
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect("http://m.example.org/a")));
        assertEquals(MOBILE + "a", shadow().getLastLoadedUrl());
        show(MOBILE + "a");
        assertStays(MOBILE);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap("http://m.example.org/b")));
        assertEquals(MOBILE + "b", shadow().getLastLoadedUrl());
    }

    /** A link is none of the owner's, and neither is what a page does by itself. */
    @Test
    public void followsNoPageThatIsThere() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.script(MOBILE)));
        assertEquals(MOBILE, shadowOf(activity()).getNextStartedActivity().getDataString());
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(MOBILE)));
        assertEquals(MOBILE, shadowOf(activity()).getNextStartedActivity().getDataString());
        assertLeaves(MOBILE);
    }

    @Test
    public void staysWhereTheStartPageLedOnceTheNetworkIsBack() {
        configure("offlinePage", false);
        lead(MOBILE);
        client().onReceivedError(web(), Fakes.tap(MOBILE), Fakes.error());
        Fakes.retry(failure());
        assertEquals(MOBILE, shadow().getLastLoadedUrl());
        lead("https://login.example.net/");
        show(MOBILE);
        assertStays("https://login.example.net/");
    }

    @Test
    public void staysThereWhenMadeAnew() {
        lead(MOBILE);
        go(MOBILE);
        makeAnew();
        show(MOBILE);
        assertStays(MOBILE + "a");
    }

    @Test
    public void staysThereInAnotherProcess() {
        lead(MOBILE);
        go(MOBILE);
        endAndReturn();
        show(MOBILE);
        assertStays(MOBILE + "a");
        assertLeaves(OUTSIDE);
    }

    @Test
    @Config(shadows = Fakes.NoWebView.class)
    public void remembersItWithoutAWebView() {
        Bundle saved = new Bundle();
        saved.putStringArrayList("led", new ArrayList<>(Collections.singletonList("m.example.org")));
        controller.pause().stop().destroy();
        controller = Robolectric.buildActivity(MainActivity.class).setup(saved);
        Bundle out = new Bundle();
        controller.saveInstanceState(out);
        assertEquals(Collections.singletonList("m.example.org"), out.getStringArrayList("led"));
    }

    @Test
    public void startsAnewWithoutIt() {
        lead(MOBILE);
        show(MOBILE);
        close();
        controller = Robolectric.buildActivity(MainActivity.class).setup();
        show(HOME);
        assertLeaves(MOBILE);
    }

    /** Any app may open the app with a page that leads elsewhere. */
    @Test
    public void followsNoPageButTheStartPage() {
        close();
        Intent link = new Intent(Intent.ACTION_VIEW, Uri.parse(SECOND));
        controller = Robolectric.buildActivity(MainActivity.class, link).setup();
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(OUTSIDE)));
        assertEquals(OUTSIDE, shadowOf(activity()).getNextStartedActivity().getDataString());
        assertEquals(HOME, shadow().getLastLoadedUrl()); // rather than nothing
        lead(MOBILE);
        show(MOBILE);
        assertLeaves(OUTSIDE);
        assertStays(MOBILE);
    }

    @Test
    public void followsNoPageThatComesBeforeTheStartPageIsThere() {
        assertEquals(HOME, shadow().getLastLoadedUrl());
        controller.newIntent(new Intent(Intent.ACTION_VIEW, Uri.parse(SECOND)));
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.redirect(OUTSIDE)));
        assertEquals(OUTSIDE, shadowOf(activity()).getNextStartedActivity().getDataString());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void grantsNothingThere() {
        lead(MOBILE);
        show(MOBILE);
        Fakes.Question question = new Fakes.Question(MOBILE, PermissionRequest.RESOURCE_VIDEO_CAPTURE);
        chrome().onPermissionRequest(question);
        assertEquals(Collections.emptyList(), question.granted);
        Fakes.Place place = new Fakes.Place();
        chrome().onGeolocationPermissionsShowPrompt("https://partner.example", place);
        assertEquals(false, place.allowed);
        assertNull(activity().policy.bridgeOrigin(MOBILE));
    }

    /** The start page leads there, before there is any page. */
    private void lead(String url) {
        assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.redirect(url)));
    }

    private void assertStays(String url) {
        assertFalse(url, client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    private void assertLeaves(String url) {
        assertTrue(url, client().shouldOverrideUrlLoading(web(), Fakes.tap(url)));
        assertEquals(url, shadowOf(activity()).getNextStartedActivity().getDataString());
    }
}
