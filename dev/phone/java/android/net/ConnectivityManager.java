package android.net;

/** The network of the phone never goes away. */
public class ConnectivityManager {
    public static class NetworkCallback {
        public void onAvailable(Network network) {}
    }

    public void registerNetworkCallback(NetworkRequest request, NetworkCallback callback) {
        callback.onAvailable(getActiveNetwork());
    }

    public void unregisterNetworkCallback(NetworkCallback callback) {}

    public Network getActiveNetwork() {
        return new Network();
    }
}
