package app.slipway.shell;

import android.content.Context;
import android.net.ConnectivityManager;
import android.net.Network;
import android.net.NetworkCapabilities;
import android.net.NetworkRequest;
import android.os.Handler;
import android.os.Looper;

/** Tells, on the main thread, when a network with internet access is there (again); also right after start. */
final class NetworkWatch extends ConnectivityManager.NetworkCallback {
    private final ConnectivityManager manager;
    private final Runnable onAvailable;
    private final Handler main = new Handler(Looper.getMainLooper());

    NetworkWatch(Context context, Runnable onAvailable) {
        manager = (ConnectivityManager) context.getSystemService(Context.CONNECTIVITY_SERVICE);
        this.onAvailable = onAvailable;
    }

    void start() {
        int internet = NetworkCapabilities.NET_CAPABILITY_INTERNET;
        manager.registerNetworkCallback(new NetworkRequest.Builder().addCapability(internet).build(), this);
    }

    void stop() {
        manager.unregisterNetworkCallback(this);
        main.removeCallbacks(onAvailable);
    }

    boolean isOnline() {
        return manager.getActiveNetwork() != null;
    }

    @Override
    public void onAvailable(Network network) {
        main.post(onAvailable);
    }
}
