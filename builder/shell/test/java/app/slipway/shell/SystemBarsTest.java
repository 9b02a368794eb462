package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.robolectric.Shadows.shadowOf;

import android.os.Build;
import android.os.Looper;
import android.view.View;
import android.view.WindowInsets;
import android.view.WindowInsetsController;
import org.junit.Test;
import org.robolectric.annotation.Config;

/** Status and navigation bar: hidden in full screen and back after it, with icons to be read on their colour. */
public final class SystemBarsTest extends Opened {
    private static final int HIDDEN =
            View.SYSTEM_UI_FLAG_FULLSCREEN
                    | View.SYSTEM_UI_FLAG_HIDE_NAVIGATION
                    | View.SYSTEM_UI_FLAG_IMMERSIVE_STICKY;
    private static final int LIGHT = View.SYSTEM_UI_FLAG_LIGHT_STATUS_BAR | View.SYSTEM_UI_FLAG_LIGHT_NAVIGATION_BAR;

    @Test
    public void hidesThemForAVideoAlone() {
        show(HOME);
        expectShown(true);
        for (boolean byBack : new boolean[] {false, true}) {
            chrome().onShowCustomView(new View(activity()), new Fakes.Closed());
            expectShown(false);
            if (byBack) back();
            else chrome().onHideCustomView();
            expectShown(true);
        }
    }

    /** As dialogs and the keyboard do. */
    @Test
    public void hidesThemAgainThatSomethingBroughtBack() {
        show(HOME);
        chrome().onShowCustomView(new View(activity()), new Fakes.Closed());
        if (Build.VERSION.SDK_INT < 30) decor().setSystemUiVisibility(0);
        else controller().show(WindowInsets.Type.systemBars());
        expectShown(true);
        activity().onWindowFocusChanged(false);
        expectShown(true);
        activity().onWindowFocusChanged(true);
        expectShown(false);
    }

    @Test
    public void hidesThemAlwaysWhereTheOwnerWantsThat() {
        SystemBars bars = bars("fullscreen", true);
        for (boolean isVideo : new boolean[] {false, true, false}) {
            bars.setVideo(isVideo);
            expectShown(false);
        }
    }

    @Test
    public void hasWhiteIconsOnADarkColour() {
        expectLight(false); // #123456
    }

    @Test
    public void hasDarkIconsOnALightColour() {
        SystemBars bars = bars("themeColor", 0xfffff8e1);
        for (boolean isVideo : new boolean[] {true, false}) {
            bars.setVideo(isVideo);
            expectLight(true);
        }
        bars("themeColor", 0xff123456);
        expectLight(false);
    }

    /** Its icons are white there, whatever the app says. */
    @Test
    @Config(maxSdk = 24)
    public void hasABlackNavigationBarOnALightColour() {
        bars("themeColor", 0xfffff8e1);
        assertEquals(0xfffff8e1, activity().getWindow().getStatusBarColor());
        assertEquals(0xff000000, activity().getWindow().getNavigationBarColor());
    }

    /** Those of an app that is configured otherwise. */
    private SystemBars bars(String field, Object value) {
        configure(field, value);
        return new SystemBars(activity().getWindow(), activity().config);
    }

    private void expectShown(boolean shown) {
        if (Build.VERSION.SDK_INT < 30) {
            assertEquals(shown ? 0 : HIDDEN, decor().getSystemUiVisibility() & HIDDEN);
            return;
        }
        shadowOf(Looper.getMainLooper()).idle();
        WindowInsets insets = decor().getRootWindowInsets();
        assertEquals(shown, insets.isVisible(WindowInsets.Type.statusBars()));
        assertEquals(shown, insets.isVisible(WindowInsets.Type.navigationBars()));
        int behavior = WindowInsetsController.BEHAVIOR_SHOW_TRANSIENT_BARS_BY_SWIPE;
        assertEquals(behavior, controller().getSystemBarsBehavior());
    }

    private void expectLight(boolean light) {
        if (Build.VERSION.SDK_INT < 30) {
            assertEquals(light ? LIGHT : 0, decor().getSystemUiVisibility() & LIGHT);
            return;
        }
        int both =
                WindowInsetsController.APPEARANCE_LIGHT_STATUS_BARS
                        | WindowInsetsController.APPEARANCE_LIGHT_NAVIGATION_BARS;
        assertEquals(light ? both : 0, controller().getSystemBarsAppearance() & both);
    }

    private View decor() {
        return activity().getWindow().getDecorView();
    }

    private WindowInsetsController controller() {
        return decor().getWindowInsetsController();
    }
}
