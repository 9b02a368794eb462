package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotSame;
import static org.robolectric.Shadows.shadowOf;

import android.graphics.Rect;
import android.os.Build;
import android.os.Looper;
import android.view.ViewGroup;
import android.view.WindowInsets;
import android.webkit.ValueCallback;
import android.webkit.WebView;
import org.junit.Test;
import org.robolectric.shadows.ShadowWebSettings;
import org.robolectric.shadows.ShadowWebView;

/**
 * Who keeps a page clear of bars, cutout and keyboard: the app, or a page that asks for the whole screen, where its WebView
 * tells it of them.
 */
public final class InsetsTest extends Opened {
    private static final String AGENT = "Mozilla/5.0 (Linux; Android 14; Phone Build/U; wv) Version/4.0 Chrome/";
    private static final Rect BARS = new Rect(10, 60, 20, 40);
    private static final Rect NONE = new Rect();

    /** What the main window hears of. */
    private Rect heard = null;

    @Test
    public void keepsAPageClearThatDoesNotAsk() {
        openWith("144.0.7559.59");
        show(HOME);
        for (String answer : new String[] {"false", "null", "\"true\""}) {
            answer(web(), answer);
            expect(BARS, NONE);
        }
    }

    @Test
    public void leavesThemToAPageThatAsks() {
        openWith("144.0.7559.59");
        show(HOME);
        expect(BARS, NONE);
        answer(web(), "true");
        shadowOf(Looper.getMainLooper()).idle();
        // Android tells all views again; before API 35 it keeps the whole window clear, and tells none.
        if (Build.VERSION.SDK_INT >= 35) assertEquals(NONE, padding());
        expect(NONE, BARS);
        go(SECOND);
        answer(web(), "false");
        expect(BARS, NONE);
    }

    @Test
    public void keepsEveryPageClearInAnOlderWebView() {
        for (String version : new String[] {"143.0.7499.192", "53.0.2785.0"}) {
            openWith(version);
            show(HOME);
            answer(web(), "true");
            expect(BARS, NONE);
        }
    }

    @Test
    public void goesByThePageOnTheScreen() {
        openWith("150.0.0.0");
        show(HOME);
        WebView popup = openWindow(true);
        show(popup, SECOND);
        answer(web(), "true"); // late
        expect(BARS, NONE);
        answer(popup, "true");
        expect(NONE, BARS);
        ValueCallback<String> before = shadow().getLastEvaluatedJavascriptCallback();
        chrome().onCloseWindow(popup);
        assertNotSame(before, shadow().getLastEvaluatedJavascriptCallback());
        answer(web(), "false");
        expect(BARS, NONE);
    }

    /** A device whose WebView has this version. */
    private void openWith(String version) {
        close();
        ShadowWebSettings.setDefaultUserAgent(AGENT + version + " Mobile Safari/537.36");
        open();
        web().setOnApplyWindowInsetsListener((view, insets) -> {
            heard = rect(insets);
            return insets;
        });
    }

    /** What the script that the shell ran last in a page says. */
    private static void answer(WebView view, String asks) {
        ShadowWebView page = shadowOf(view);
        assertEquals(InsetsPolicy.ASKS_FOR_SCREEN, page.getLastEvaluatedJavascript());
        page.getLastEvaluatedJavascriptCallback().onReceiveValue(asks);
    }

    /** What the app's padding is where Android says how much the bars cover, and what the page is told. */
    private void expect(Rect padding, Rect told) {
        WindowInsets insets = activity().getWindow().getDecorView().getRootWindowInsets();
        root().dispatchApplyWindowInsets(
                insets.replaceSystemWindowInsets(BARS.left, BARS.top, BARS.right, BARS.bottom));
        assertEquals(padding, padding());
        assertEquals(told, heard);
    }

    private Rect padding() {
        ViewGroup root = root();
        return new Rect(root.getPaddingLeft(), root.getPaddingTop(), root.getPaddingRight(), root.getPaddingBottom());
    }

    private static Rect rect(WindowInsets insets) {
        return new Rect(
                insets.getSystemWindowInsetLeft(),
                insets.getSystemWindowInsetTop(),
                insets.getSystemWindowInsetRight(),
                insets.getSystemWindowInsetBottom());
    }
}
