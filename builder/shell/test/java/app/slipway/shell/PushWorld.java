package app.slipway.shell;

import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.app.NotificationManager;
import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.content.pm.PackageInfo;
import android.os.Looper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.rules.ExternalResource;
import org.robolectric.RuntimeEnvironment;

/**
 * What an app that receives pushes meets: the API and other servers, which are one here, and the apps that bring pushes.
 * What the shell does in the background is done at once. The user lets the app show notifications.
 */
final class PushWorld extends ExternalResource {
    static final String API = "https://push.example.com";
    static final String APP = "/public/apps/0f8fad5b-d9cb-469f-a165-70867728950e";
    static final String VAPID = "B" + String.join("", Collections.nCopies(86, "1"));
    static final String DISTRIBUTOR = "org.example.distributor";
    static final String REGISTER = "org.unifiedpush.android.distributor.REGISTER";
    /** What the distributor gives. */
    static final String ENDPOINT = "https://ntfy.example.org/up1";
    static final String LIST = "/public/subscribers/me/notifications";

    /** A request that came. */
    static final class Request {
        final String method;
        /** With the host, without the scheme. */
        final String place;
        final String key;
        final String bearer;
        final String body;

        Request(HttpExchange exchange) throws IOException {
            method = exchange.getRequestMethod();
            place = exchange.getRequestURI().toString().substring(1);
            key = exchange.getRequestHeaders().getFirst("X-App-Key");
            bearer = exchange.getRequestHeaders().getFirst("Authorization");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            InputStream in = exchange.getRequestBody();
            for (int b = in.read(); b >= 0; b = in.read()) bytes.write(b);
            body = bytes.toString("UTF-8");
        }

        @Override
        public String toString() {
            return method + " " + place;
        }

        /** A value of the body's JSON, or null. */
        Object sent(String name) {
            return ((Map<?, ?>) Json.parse(body)).get(name);
        }
    }

    final List<Request> requests = Collections.synchronizedList(new ArrayList<Request>());
    /** Answers by method and place; a status alone has no body. */
    private final Map<String, byte[]> answers = new HashMap<>();
    private final Map<String, Integer> statuses = new HashMap<>();
    boolean isOnline = true;
    private HttpServer server = null;
    private final Context context = RuntimeEnvironment.getApplication();

    @Override
    protected void before() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        final int port = server.getAddress().getPort();
        Http.opener =
                url -> {
                    if (!isOnline) throw new IOException("offline");
                    String place = url.getHost() + url.getFile();
                    return (HttpURLConnection) new URL("http://127.0.0.1:" + port + "/" + place).openConnection();
                };
        Background.executor = Runnable::run;
        keys("pk_1", VAPID);
        registered("sub1", "sw_sub_1");
        answer("GET " + API.substring(8) + LIST, 200, "{\"data\":[]}");
        Object manager = context.getSystemService(Context.NOTIFICATION_SERVICE);
        shadowOf((NotificationManager) manager).setNotificationsEnabled(true);
    }

    @Override
    protected void after() {
        idle();
        server.stop(0);
        close();
    }

    /** Nothing is done in the background. */
    static void close() {
        Background.executor =
                new Executor() {
                    @Override
                    public void execute(Runnable work) {}
                };
    }

    void keys(String publicKey, String vapid) {
        String data = "{\"public_key\":\"" + publicKey + "\",\"vapid_public_key\":\"" + vapid + "\"}";
        answer("GET " + API.substring(8) + APP + "/keys", 200, "{\"data\":" + data + "}");
    }

    void registered(String id, String token) {
        String data = "{\"id\":\"" + id + "\",\"token\":\"" + token + "\"}";
        answer("POST " + API.substring(8) + APP + "/subscribers", 201, "{\"data\":" + data + "}");
    }

    void answer(String request, int status, String body) {
        answer(request, status, body.getBytes(StandardCharsets.UTF_8));
    }

    void answer(String request, int status, byte[] body) {
        statuses.put(request, status);
        answers.put(request, body);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Request request = new Request(exchange);
        requests.add(request);
        String known = request.toString().replaceFirst("\\?.*", "");
        byte[] body = answers.containsKey(known) ? answers.get(known) : new byte[0];
        int status = statuses.containsKey(known) ? statuses.get(known) : 200;
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** The requests of this method whose place ends so. */
    List<Request> asked(String method, String end) {
        List<Request> found = new ArrayList<>();
        for (Request request : requests) {
            if (request.method.equals(method) && request.place.replaceFirst("\\?.*", "").endsWith(end)) {
                found.add(request);
            }
        }
        return found;
    }

    /** An app that takes broadcasts of this action. */
    void install(String packageName, String action) {
        PackageInfo info = new PackageInfo();
        info.packageName = packageName;
        shadowOf(context.getPackageManager()).installPackage(info);
        ComponentName receiver = new ComponentName(packageName, packageName + ".Receiver");
        shadowOf(context.getPackageManager()).addReceiverIfNotPresent(receiver);
        IntentFilter filter = new IntentFilter(action);
        shadowOf(context.getPackageManager()).addIntentFilterForReceiver(receiver, filter);
    }

    void installDistributor() {
        install(DISTRIBUTOR, "org.unifiedpush.android.distributor.REGISTER");
    }

    void installPlayServices() {
        install("com.google.android.gms", "com.google.iid.TOKEN_REQUEST");
    }

    void uninstall(String packageName) {
        ComponentName receiver = new ComponentName(packageName, packageName + ".Receiver");
        shadowOf(context.getPackageManager()).removeReceiver(receiver);
    }

    /** The last broadcast of this action that the shell sent, or null. */
    Intent broadcast(String action) {
        Intent last = null;
        for (Intent intent : shadowOf((Application) context).getBroadcastIntents()) {
            if (action.equals(intent.getAction())) last = intent;
        }
        return last;
    }

    /** What a distributor says to the app. */
    void distributorSays(String what, Intent with) {
        with.setAction("org.unifiedpush.android.connector." + what);
        context.sendBroadcast(with.setPackage(context.getPackageName())); // to the receiver that the manifest names
        idle();
    }

    static void idle() {
        shadowOf(Looper.getMainLooper()).idle();
    }
}
