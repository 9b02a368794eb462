package app.slipway.shell;

import android.app.Activity;
import android.window.OnBackInvokedCallback;
import android.window.OnBackInvokedDispatcher;

/**
 * Back from API 33 on. Registered only while there is somewhere to go back to inside the app, so that otherwise
 * the system shows its own way out (the predictive animation to the home screen).
 */
final class BackGesture implements OnBackInvokedCallback {
    private final OnBackInvokedDispatcher dispatcher;
    private final Browser browser;
    private boolean registered = false;

    BackGesture(Activity activity, Browser browser) {
        dispatcher = Newer.backDispatcher(activity);
        this.browser = browser;
    }

    @Override
    public void onBackInvoked() {
        browser.goBack();
    }

    void setEnabled(boolean enabled) {
        if (enabled == registered) return;
        registered = enabled;
        if (enabled) dispatcher.registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, this);
        else dispatcher.unregisterOnBackInvokedCallback(this);
    }
}
