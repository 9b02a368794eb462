package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.Context;
import android.net.ConnectivityManager;
import android.net.ConnectivityManager.NetworkCallback;
import android.os.Looper;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import java.util.ArrayList;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowWebView.LoadDataWithBaseURL;

/** The owner's page, in place of one that can't be reached. */
public final class OfflineTest extends Opened {
    @Test
    public void isShownInPlaceOfAPageThatCantBeReached() {
        go(HOME);
        fail(SECOND);
        assertTrue(failure().isShowing());
        LoadDataWithBaseURL loaded = shadowOf(page()).getLastLoadDataWithBaseURL();
        assertTrue(loaded.data, loaded.data.startsWith("<h1>No network</h1>"));
        assertEquals("text/html", loaded.mimeType);
        assertEquals("UTF-8", loaded.encoding);
        assertNull(loaded.baseUrl); // it is of no site
        assertNull(loaded.historyUrl);
        assertTrue(page().getSettings().getJavaScriptEnabled());
        assertFalse(page().getSettings().getAllowFileAccess());
    }

    @Test
    public void hasNoBridgeAndAsksForNothing() {
        fail(SECOND);
        assertFalse(shadowOf(page()).getWebViewClient() instanceof PageClient);
        assertNull(shadowOf(page()).getWebChromeClient());
        assertNull(shadowOf(page()).getLastEvaluatedJavascript());
    }

    @Test
    public void triesAgainByItsLink() {
        go(HOME);
        fail(SECOND);
        follow("slipway:retry");
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        WebView page = page();
        show(SECOND);
        assertFalse(failure().isShowing());
        assertTrue(shadowOf(page).wasDestroyCalled());
        assertEquals(0, failure().getChildCount());
    }

    @Test
    public void leadsNowhereElse() {
        go(HOME);
        fail(SECOND);
        String before = shadow().getLastLoadedUrl();
        follow("https://other.example.org/");
        follow("intent:#Intent;action=android.settings.SETTINGS;end");
        follow("slipway:retry2");
        assertEquals(before, shadow().getLastLoadedUrl());
        assertNull(shadowOf(activity()).getNextStartedActivity());
        assertTrue(failure().isShowing());
    }

    @Test
    public void goesWhenTheNetworkIsBack() {
        go(HOME);
        fail(SECOND);
        ConnectivityManager manager = (ConnectivityManager) activity().getSystemService(Context.CONNECTIVITY_SERVICE);
        for (NetworkCallback callback : new ArrayList<>(shadowOf(manager).getNetworkCallbacks())) {
            callback.onAvailable(null);
        }
        shadowOf(Looper.getMainLooper()).idle();
        assertEquals(SECOND, shadow().getLastLoadedUrl());
        show(SECOND);
        assertFalse(failure().isShowing());
    }

    @Test
    public void isPassedByOnTheWayBack() {
        go(HOME);
        shadow().pushEntryToHistory(SECOND); // the WebView's own error page
        fail(SECOND);
        back();
        assertEquals(HOME, web().getUrl());
        show(HOME);
        assertFalse(failure().isShowing());
        assertFalse(activity().isFinishing());
    }

    @Test
    public void leavesOtherFailuresToTheAppsOwnWords() {
        client().onPageStarted(web(), SECOND, null);
        client().onReceivedSslError(web(), new Fakes.Handler(), Fakes.expired(SECOND));
        assertEquals(Strings.INSECURE, Fakes.textOf(failure()));
        assertEquals(2, failure().getChildCount());
    }

    @Test
    public void isNotShownWhereThereIsNone() {
        configure("offlinePage", false);
        fail(SECOND);
        assertEquals(Strings.UNREACHABLE, Fakes.textOf(failure()));
    }

    @Test
    public void takesOnTheSizeOfText() {
        fail(SECOND);
        android.content.res.Configuration larger =
                new android.content.res.Configuration(activity().getResources().getConfiguration());
        larger.fontScale = 1.5f;
        controller.configurationChange(larger);
        assertEquals(150, page().getSettings().getTextZoom());
    }

    @Test
    @Config(minSdk = 26)
    public void givesWayToTheAppsWordsWhenItsRendererIsGone() {
        fail(SECOND);
        WebView page = page();
        assertTrue(shadowOf(page).getWebViewClient().onRenderProcessGone(page, null));
        assertTrue(shadowOf(page).wasDestroyCalled());
        assertEquals(Strings.UNREACHABLE, Fakes.textOf(failure()));
        Fakes.retry(failure());
        assertEquals(SECOND, shadow().getLastLoadedUrl());
    }

    private WebView page() {
        assertEquals(1, failure().getChildCount());
        return (WebView) failure().getChildAt(0);
    }

    private void follow(String url) {
        WebViewClient client = shadowOf(page()).getWebViewClient();
        assertTrue(client.shouldOverrideUrlLoading(page(), Fakes.tap(url)));
    }

    /** The main window was going to this address, and it can't be reached. */
    private void fail(String url) {
        client().onPageStarted(web(), url, null);
        client().onReceivedError(web(), Fakes.tap(url), Fakes.error());
    }
}
