// API 33, for the compiler only.
package android.window;

public interface OnBackInvokedCallback {
    void onBackInvoked();
}
