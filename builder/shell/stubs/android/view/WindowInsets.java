// API 20, replaced for the compiler only by what the shell uses of it, with consumeDisplayCutout of API 28
// and Type of API 30.
package android.view;

public final class WindowInsets {
    private WindowInsets() {}

    public native int getSystemWindowInsetLeft();

    public native int getSystemWindowInsetTop();

    public native int getSystemWindowInsetRight();

    public native int getSystemWindowInsetBottom();

    public native WindowInsets consumeSystemWindowInsets();

    public native WindowInsets consumeDisplayCutout();

    public static final class Type {
        private Type() {}

        public static native int systemBars();
    }
}
