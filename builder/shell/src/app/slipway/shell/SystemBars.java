package app.slipway.shell;

import android.os.Build;
import android.view.View;
import android.view.Window;
import android.view.WindowInsets;
import android.view.WindowInsetsController;
import android.view.WindowManager;

/** Status and navigation bar: their colour where the app may set it, icons to be read on it, hiding them. */
final class SystemBars {
    /** View.SYSTEM_UI_FLAG_LIGHT_NAVIGATION_BAR of API 26; older releases ignore it. */
    private static final int LIGHT_NAVIGATION_BAR = 0x10;

    private static final int IMMERSIVE =
            View.SYSTEM_UI_FLAG_FULLSCREEN
                    | View.SYSTEM_UI_FLAG_HIDE_NAVIGATION
                    | View.SYSTEM_UI_FLAG_IMMERSIVE_STICKY;

    private final Window window;
    private final boolean light;
    private final boolean alwaysHidden;
    private boolean video = false;

    /** Call it once the window has its content. */
    SystemBars(Window window, ShellConfig config) {
        this.window = window;
        light = Color.isLight(config.themeColor);
        alwaysHidden = config.fullscreen;
        if (Build.VERSION.SDK_INT < 35) setColors(config.themeColor);
        apply();
    }

    /** From API 35 on the bars are transparent and show the root view's background instead. */
    private void setColors(int theme) {
        window.addFlags(WindowManager.LayoutParams.FLAG_DRAWS_SYSTEM_BAR_BACKGROUNDS);
        window.setStatusBarColor(theme);
        // Before API 26 the navigation icons are always white.
        window.setNavigationBarColor(light && Build.VERSION.SDK_INT < 26 ? 0xff000000 : theme);
    }

    /** Hides the bars while a video fills the screen. */
    void setVideo(boolean video) {
        this.video = video;
        apply();
    }

    /** Sets icons and visibility again: dialogs and the keyboard may have brought hidden bars back. */
    void apply() {
        boolean hidden = alwaysHidden || video;
        if (Build.VERSION.SDK_INT >= 30) {
            control(Newer.insetsController(window), hidden);
        } else {
            int icons = light ? View.SYSTEM_UI_FLAG_LIGHT_STATUS_BAR | LIGHT_NAVIGATION_BAR : 0;
            window.getDecorView().setSystemUiVisibility(icons | (hidden ? IMMERSIVE : 0));
        }
    }

    private void control(WindowInsetsController controller, boolean hidden) {
        if (controller == null) return;
        int mask =
                WindowInsetsController.APPEARANCE_LIGHT_STATUS_BARS
                        | WindowInsetsController.APPEARANCE_LIGHT_NAVIGATION_BARS;
        controller.setSystemBarsAppearance(light ? mask : 0, mask);
        controller.setSystemBarsBehavior(WindowInsetsController.BEHAVIOR_SHOW_TRANSIENT_BARS_BY_SWIPE);
        if (hidden) controller.hide(WindowInsets.Type.systemBars());
        else controller.show(WindowInsets.Type.systemBars());
    }
}
