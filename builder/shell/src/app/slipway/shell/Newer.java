package app.slipway.shell;

import android.app.Activity;
import android.view.Window;
import android.view.WindowInsetsController;
import android.window.OnBackInvokedDispatcher;

/**
 * Methods that classes of API 23 got later, called by name, since the android.jar this is compiled against does
 * not have them. The caller checks SDK_INT first.
 */
final class Newer {
    private Newer() {}

    /** API 33. */
    static OnBackInvokedDispatcher backDispatcher(Activity activity) {
        return (OnBackInvokedDispatcher) call(Activity.class, activity, "getOnBackInvokedDispatcher");
    }

    /** API 30; null before the window has its decor view. */
    static WindowInsetsController insetsController(Window window) {
        return (WindowInsetsController) call(Window.class, window, "getInsetsController");
    }

    private static Object call(Class<?> type, Object target, String method) {
        try {
            return type.getMethod(method).invoke(target);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(method, e);
        }
    }
}
