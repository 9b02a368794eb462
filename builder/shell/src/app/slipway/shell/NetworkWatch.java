package app.slipway.shell;

import android.content.Context;
import android.net.ConnectivityManager;
import android.net.Network;
import android.net.NetworkCapabilities;
import android.net.NetworkRequest;
import android.os.Handler;
import android.os.Looper;

/**
 * Tells, on the main thread, when a network with internet access is there (again); also right after start. Where
 * Android refuses to tell, it is silent: pages that failed then wait for the button.
 */
final class NetworkWatch extends ConnectivityManager.NetworkCallback {
    private final ConnectivityManager manager;
    private final Runnable onAvailable;
    private final Handler main = new Handler(Looper.getMainLooper());
    private boolean registered = false;

    NetworkWatch(Context context, Runnable onAvailable) {
        manager = (ConnectivityManager) context.getSystemService(Context.CONNECTIVITY_SERVICE);
        this.onAvailable = onAvailable;
    }

    void start() {
        if (registered) return;
        int internet = NetworkCapabilities.NET_CAPABILITY_INTERNET;
        try {
            manager.registerNetworkCallback(new NetworkRequest.Builder().addCapability(internet).build(), this);
            registered = true;
        } catch (RuntimeException refused) {
            // A SecurityException on some Android 11, TooManyRequestsException where callbacks have leaked.
            registered = false;
        }
    }

    void stop() {
        main.removeCallbacks(onAvailable);
        if (!registered) return;
        registered = false;
        try {
            manager.unregisterNetworkCallback(this);
        } catch (RuntimeException forgotten) { // by a system service that was started again
            return;
        }
    }

    /** Yes where Android refuses to say. */
    boolean isOnline() {
        try {
            return manager.getActiveNetwork() != null;
        } catch (RuntimeException refused) {
            return true;
        }
    }

    @Override
    public void onAvailable(Network network) {
        main.post(onAvailable);
    }
}
