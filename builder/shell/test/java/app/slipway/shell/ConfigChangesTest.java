package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.robolectric.Shadows.shadowOf;

import android.content.pm.ActivityInfo;
import android.content.pm.PackageManager;
import android.content.res.Configuration;
import android.os.Build;
import android.os.LocaleList;
import android.webkit.WebView;
import android.widget.TextView;
import java.util.Locale;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.util.ReflectionHelpers;

/** Whatever changes about the device, the activity stays, and with it its pages and the windows they opened. */
public final class ConfigChangesTest extends Opened {
    /** A change that the activity does not have to hear of: how its window lies on the screen. Not to be declared. */
    private static final int WINDOW_CONFIGURATION = 0x20000000;
    /** Not a change, but a promise to use no resources. */
    private static final int RESOURCES_UNUSED = 0x08000000;

    /** A change to a configuration. */
    private interface Change {
        void to(Configuration configuration);
    }

    @Test
    public void staysForLargerLetters() {
        staysFor(configuration -> configuration.fontScale = 1.3f);
    }

    @Test
    public void staysForAnotherLanguage() {
        staysFor(configuration -> configuration.setLocales(new LocaleList(Locale.GERMANY)));
    }

    @Test
    public void staysForALanguageFromRightToLeft() {
        staysFor(configuration -> configuration.setLocale(new Locale("ar")));
    }

    @Test
    public void staysForAnotherLayoutDirection() {
        staysFor(configuration -> configuration.setLayoutDirection(new Locale("he")));
    }

    @Test
    public void staysForATouchscreenThatGoes() {
        staysFor(configuration -> configuration.touchscreen = Configuration.TOUCHSCREEN_NOTOUCH);
    }

    @Test
    public void staysForAKeyboard() {
        staysFor(
                configuration -> {
                    configuration.keyboard = Configuration.KEYBOARD_QWERTY;
                    configuration.keyboardHidden = Configuration.KEYBOARDHIDDEN_NO;
                    configuration.hardKeyboardHidden = Configuration.HARDKEYBOARDHIDDEN_NO;
                    configuration.navigation = Configuration.NAVIGATION_TRACKBALL;
                    configuration.navigationHidden = Configuration.NAVIGATIONHIDDEN_NO;
                });
    }

    @Test
    public void staysForAnotherSimCard() {
        staysFor(configuration -> configuration.mcc = 262);
        staysFor(configuration -> configuration.mnc = 7);
    }

    @Test
    public void staysForNight() {
        int night = Configuration.UI_MODE_NIGHT_YES | Configuration.UI_MODE_TYPE_NORMAL;
        staysFor(configuration -> configuration.uiMode = night);
    }

    @Test
    public void staysForADockAndACar() {
        int car = Configuration.UI_MODE_NIGHT_NO | Configuration.UI_MODE_TYPE_CAR;
        staysFor(configuration -> configuration.uiMode = car);
    }

    @Test
    public void staysForAnotherScreen() {
        staysFor(
                configuration -> {
                    configuration.densityDpi = 480;
                    configuration.screenWidthDp = 900;
                    configuration.screenHeightDp = 600;
                    configuration.smallestScreenWidthDp = 600;
                    configuration.orientation = Configuration.ORIENTATION_LANDSCAPE;
                    configuration.screenLayout =
                            Configuration.SCREENLAYOUT_SIZE_LARGE | Configuration.SCREENLAYOUT_LONG_YES;
                });
    }

    @Test
    @Config(minSdk = 26)
    public void staysForAScreenOfMoreColours() {
        int wide = Configuration.COLOR_MODE_HDR_YES | Configuration.COLOR_MODE_WIDE_COLOR_GAMUT_YES;
        staysFor(configuration -> configuration.colorMode = wide);
    }

    @Test
    @Config(minSdk = 31)
    public void staysForBolderLetters() {
        staysFor(configuration -> configuration.fontWeightAdjustment = 300);
    }

    @Test
    @Config(minSdk = 34)
    public void staysForAnotherGrammaticalGender() {
        staysFor(configuration -> configuration.setGrammaticalGender(Configuration.GRAMMATICAL_GENDER_FEMININE));
    }

    @Test
    @Config(minSdk = 28)
    public void staysForAnotherTheme() {
        staysFor(configuration -> ReflectionHelpers.setField(configuration, "assetsSeq", 7));
    }

    @Test
    public void declaresEveryChangeThatThisAndroidKnows() throws Exception {
        int all = 0;
        for (java.lang.reflect.Field field : ActivityInfo.class.getDeclaredFields()) {
            boolean isChange = field.getName().startsWith("CONFIG_") && field.getType() == int.class;
            if (isChange) all |= field.getInt(null);
        }
        all &= ~(WINDOW_CONFIGURATION | RESOURCES_UNUSED);
        PackageManager manager = activity().getPackageManager();
        int declared = manager.getActivityInfo(activity().getComponentName(), 0).configChanges;
        assertEquals(0, all & ~declared);
    }

    @Test
    public void givesPagesTheUsersSizeOfText() {
        show(HOME);
        WebView popup = openWindow(true);
        assertEquals(100, web().getSettings().getTextZoom());
        change(configuration -> configuration.fontScale = 1.15f);
        assertEquals(115, web().getSettings().getTextZoom());
        assertEquals(115, popup.getSettings().getTextZoom());
        assertEquals(115, openWindow(true).getSettings().getTextZoom());
    }

    @Test
    public void givesPagesTheOwnersSizeOfText() {
        configure("textZoom", 130);
        WebView popup = openWindow(true);
        assertEquals(130, popup.getSettings().getTextZoom());
        change(configuration -> configuration.fontScale = 1.5f);
        assertEquals(130, web().getSettings().getTextZoom());
        assertEquals(130, popup.getSettings().getTextZoom());
    }

    @Test
    public void writesAFailureInTheUsersSizeOfText() {
        configure("offlinePage", false);
        failure().show(Strings.OFFLINE);
        float before = ((TextView) failure().getChildAt(0)).getTextSize();
        float button = ((TextView) failure().getChildAt(1)).getTextSize();
        change(configuration -> configuration.fontScale = 2f);
        TextView message = (TextView) failure().getChildAt(0);
        assertEquals(2, failure().getChildCount());
        assertEquals(Strings.OFFLINE, message.getText().toString());
        assertEquals(Build.VERSION.SDK_INT < 34, message.getTextSize() == before * 2); // then large text grows less
        assertEquals(true, message.getTextSize() > before);
        assertEquals(true, ((TextView) failure().getChildAt(1)).getTextSize() > button);
        assertEquals(true, failure().isShowing());
    }

    private void change(Change change) {
        Configuration changed = new Configuration(activity().getResources().getConfiguration());
        change.to(changed);
        controller.configurationChange(changed);
    }

    private void staysFor(Change change) {
        show(HOME);
        WebView popup = windows() > 1 ? top() : openWindow(true);
        show(popup, SECOND);
        MainActivity before = activity();
        WebView page = web();
        Configuration old = new Configuration(before.getResources().getConfiguration());
        change(change);
        assertFalse(old.equals(activity().getResources().getConfiguration())); // it did change
        assertSame(before, activity());
        assertSame(page, web());
        assertSame(popup, top());
        assertFalse(shadowOf(page).wasDestroyCalled());
        assertFalse(shadowOf(popup).wasDestroyCalled());
    }
}
