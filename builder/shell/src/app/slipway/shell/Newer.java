package app.slipway.shell;

import android.app.Activity;
import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.content.Context;
import android.content.Intent;
import android.os.Bundle;
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

    /** API 24. */
    static boolean areNotificationsEnabled(NotificationManager manager) {
        return (Boolean) call(NotificationManager.class, manager, "areNotificationsEnabled");
    }

    /** API 26. */
    static void createChannel(NotificationManager manager, NotificationChannel channel) {
        Class<?>[] types = {NotificationChannel.class};
        call(NotificationManager.class, manager, "createNotificationChannel", types, channel);
    }

    /** API 26. */
    static Notification.Builder notification(Context context, String channel) {
        try {
            return Notification.Builder.class
                    .getConstructor(Context.class, String.class)
                    .newInstance(context, channel);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Notification.Builder", e);
        }
    }

    /** API 34: sends a broadcast that says which app it comes from. */
    static void broadcastWithIdentity(Context context, Intent intent) {
        try {
            Class<?> type = Class.forName("android.app.BroadcastOptions");
            Object options = call(type, null, "makeBasic");
            call(type, options, "setShareIdentityEnabled", new Class<?>[] {boolean.class}, true);
            Class<?>[] types = {Intent.class, String.class, Bundle.class};
            call(Context.class, context, "sendBroadcast", types, intent, null, call(type, options, "toBundle"));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("BroadcastOptions", e);
        }
    }

    private static Object call(Class<?> type, Object target, String method) {
        return call(type, target, method, new Class<?>[0]);
    }

    private static Object call(Class<?> type, Object target, String method, Class<?>[] types, Object... values) {
        try {
            return type.getMethod(method, types).invoke(target, values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(method, e);
        }
    }
}
