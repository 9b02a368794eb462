// API 30, for the compiler only.
package android.view;

public interface WindowInsetsController {
    int APPEARANCE_LIGHT_STATUS_BARS = 1 << 3;
    int APPEARANCE_LIGHT_NAVIGATION_BARS = 1 << 4;
    int BEHAVIOR_SHOW_TRANSIENT_BARS_BY_SWIPE = 2;

    void show(int types);

    void hide(int types);

    void setSystemBarsAppearance(int appearance, int mask);

    void setSystemBarsBehavior(int behavior);
}
