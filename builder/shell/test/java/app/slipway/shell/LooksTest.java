package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.content.Context;
import android.content.pm.ActivityInfo;
import android.content.res.Configuration;
import android.content.res.Resources;
import android.content.res.TypedArray;
import android.graphics.drawable.AdaptiveIconDrawable;
import android.graphics.drawable.ColorDrawable;
import android.graphics.drawable.Drawable;
import android.graphics.drawable.LayerDrawable;
import android.os.Build;
import android.util.TypedValue;
import android.view.Gravity;
import android.view.View;
import android.webkit.WebView;
import android.widget.Button;
import android.widget.TextView;
import org.junit.Test;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowWebView;

/**
 * Day and night, what is seen at the start, and how the screen may turn. A page's prefers-color-scheme is what the theme of its
 * WebView says.
 */
@Config(shadows = LooksTest.Window.class)
public final class LooksTest extends Opened {
    /** As the packager has them in the app's configuration. */
    private static final int SPLASH = 0xff654321;
    private static final int BACKGROUND = 0xfffedcba;
    /** android.R.attr.windowSplashScreenBackground, of API 31. */
    private static final int SPLASH_BACKGROUND = 0x0101062c;

    /** Where a WebView looks when it is made, and whenever it hears of a configuration. */
    @Implements(WebView.class)
    public static class Window extends ShadowWebView {
        Boolean isLight = null;

        @Implementation
        protected void onConfigurationChanged(Configuration changed) {
            isLight = LooksTest.isLight(((View) realView).getContext());
        }
    }

    @Test
    public void isDarkByNight() {
        assertTrue(isLight(activity()));
        change(Configuration.UI_MODE_NIGHT_YES);
        assertFalse(isLight(activity()));
        assertFalse(isLight(openWindow(true).getContext()));
        change(Configuration.UI_MODE_NIGHT_NO);
        assertTrue(isLight(activity()));
    }

    @Test
    public void isDarkWhenAWebViewHearsOfTheNight() {
        show(HOME);
        WebView popup = openWindow(true);
        change(Configuration.UI_MODE_NIGHT_YES);
        assertEquals(false, ((Window) Shadow.extract(web())).isLight);
        assertEquals(false, ((Window) Shadow.extract(popup)).isLight);
    }

    @Test
    public void isDarkWhenItOpensByNight() {
        close();
        RuntimeEnvironment.setQualifiers("+night");
        open();
        assertFalse(isLight(activity()));
    }

    @Test
    public void isAsTheOwnerSaysByDayAndNight() {
        for (int mode : new int[] {Configuration.UI_MODE_NIGHT_NO, Configuration.UI_MODE_NIGHT_YES}) {
            assertTrue(isLight(themeOf("light.apk", mode)));
            assertFalse(isLight(themeOf("dark.apk", mode)));
        }
    }

    private Resources.Theme themeOf(String apk, int night) {
        Resources.Theme theme = resourcesOf(apk, at(night)).newTheme();
        theme.applyStyle(activity().getApplicationInfo().theme, true);
        return theme;
    }

    @Test
    public void showsItsIconOnItsColourWhileItStarts() {
        for (int mode : new int[] {Configuration.UI_MODE_NIGHT_NO, Configuration.UI_MODE_NIGHT_YES}) {
            change(mode);
            TypedValue color = new TypedValue();
            boolean isKnown = activity().getTheme().resolveAttribute(SPLASH_BACKGROUND, color, true);
            assertEquals(Build.VERSION.SDK_INT >= 31, isKnown);
            Drawable background = background();
            if (isKnown) { // where Android draws it
                assertEquals(SPLASH, color.data);
                assertEquals(BACKGROUND, ((ColorDrawable) background).getColor());
                continue;
            }
            LayerDrawable layers = (LayerDrawable) background;
            assertEquals(2, layers.getNumberOfLayers());
            assertEquals(SPLASH, ((ColorDrawable) layers.getDrawable(0)).getColor());
            Drawable icon = layers.getDrawable(1);
            boolean isAdaptive = Build.VERSION.SDK_INT >= 26;
            if (isAdaptive) icon = ((AdaptiveIconDrawable) icon).getForeground();
            int id = shadowOf(icon).getCreatedFromResId();
            assertEquals(isAdaptive ? "ic_launcher_foreground" : "ic_launcher", activity().getResources().getResourceEntryName(id));
            assertEquals(Gravity.CENTER, layers.getLayerGravity(1));
        }
    }

    private Drawable background() {
        TypedArray values = activity().obtainStyledAttributes(new int[] {android.R.attr.windowBackground});
        Drawable background = values.getDrawable(0);
        values.recycle();
        return background;
    }

    @Test
    public void asksInTheColoursOfTheNight() {
        assertFalse(Color.isLight(letters(question().getContext().getTheme())));
        change(Configuration.UI_MODE_NIGHT_YES);
        assertTrue(Color.isLight(letters(question().getContext().getTheme())));
    }

    @Test
    public void saysWhyThereIsNoPageInColoursToBeReadByDayAndNight() {
        configure("offlinePage", false);
        failure().show(Strings.OFFLINE);
        int background = activity().config.backgroundColor;
        for (int mode : new int[] {Configuration.UI_MODE_NIGHT_YES, Configuration.UI_MODE_NIGHT_NO}) {
            change(mode);
            TextView message = (TextView) failure().getChildAt(0);
            assertTrue(Color.isLight(message.getCurrentTextColor()) != Color.isLight(background));
            Button button = (Button) failure().getChildAt(1);
            assertEquals(mode == Configuration.UI_MODE_NIGHT_YES, Color.isLight(button.getCurrentTextColor()));
        }
    }

    @Test
    public void letsAVideoTurnTheScreenThoughTheAppIsFixed() {
        show(HOME);
        activity().setRequestedOrientation(ActivityInfo.SCREEN_ORIENTATION_PORTRAIT);
        chrome().onShowCustomView(new View(activity()), new Fakes.Closed());
        assertEquals(ActivityInfo.SCREEN_ORIENTATION_USER, activity().getRequestedOrientation());
        chrome().onShowCustomView(new View(activity()), new Fakes.Closed()); // refused: one is there
        back();
        assertEquals(ActivityInfo.SCREEN_ORIENTATION_PORTRAIT, activity().getRequestedOrientation());
        chrome().onHideCustomView();
        assertEquals(ActivityInfo.SCREEN_ORIENTATION_PORTRAIT, activity().getRequestedOrientation());
    }

    private AlertDialog question() {
        return new AlertDialog.Builder(activity()).setMessage("?").create();
    }

    private Configuration at(int night) {
        Configuration changed = new Configuration(activity().getResources().getConfiguration());
        changed.uiMode = night | Configuration.UI_MODE_TYPE_NORMAL;
        return changed;
    }

    private void change(int night) {
        Configuration changed = at(night);
        controller.configurationChange(changed);
        root().dispatchConfigurationChanged(changed); // as Android does, once the activity has heard of it
    }

    /** By its letters; where Android knows of an attribute that says so, which is what a WebView goes by, it says the same. */
    static boolean isLight(Context context) {
        return isLight(context.getTheme());
    }

    private static boolean isLight(Resources.Theme theme) {
        boolean isLight = !Color.isLight(letters(theme));
        TypedValue value = new TypedValue();
        boolean isKnown = theme.resolveAttribute(android.R.attr.isLightTheme, value, true);
        assertEquals(Build.VERSION.SDK_INT >= 29, isKnown);
        if (isKnown) assertEquals(isLight, value.data != 0);
        return isLight;
    }

    private static int letters(Resources.Theme theme) {
        TypedArray values = theme.obtainStyledAttributes(new int[] {android.R.attr.textColorPrimary});
        int color = values.getColorStateList(0).getDefaultColor() | 0xff000000;
        values.recycle();
        return color;
    }
}
