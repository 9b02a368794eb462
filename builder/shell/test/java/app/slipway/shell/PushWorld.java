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
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.rules.ExternalResource;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.shadows.ShadowPackageManager;
import org.robolectric.util.ReflectionHelpers;

/**
 * What an app that receives pushes meets: the API and other servers, which are one here, and the apps that bring pushes.
 * What the shell does in the background is done at once. The user lets the app show notifications.
 */
final class PushWorld extends ExternalResource {
    static final String API = "https://push.example.com";
    static final String APP = "/public/apps/0f8fad5b-d9cb-469f-a165-70867728950e";
    static final String VAPID = "B" + String.join("", Collections.nCopies(86, "1"));
    static final String DISTRIBUTOR = "org.example.distributor";
    /** Comes before the other by its name. */
    static final String SECOND = "org.example.another";
    static final String REGISTER = "org.unifiedpush.android.distributor.REGISTER";
    static final String UNREGISTER = "org.unifiedpush.android.distributor.UNREGISTER";
    /** What the distributor gives. */
    static final String ENDPOINT = "https://ntfy.example.org/up1";
    private static final String METHOD = "X-Method";
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
            String meant = exchange.getRequestHeaders().getFirst(METHOD);
            method = meant == null ? exchange.getRequestMethod() : meant;
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
    private final Set<String> forgotten = new HashSet<>();
    boolean isOnline = true;
    /** Run before each request, in the thread that makes it. */
    Runnable onRequest = () -> {};
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
                    onRequest.run();
                    if (!isOnline) throw new IOException("offline");
                    String place = url.getHost() + url.getFile();
                    return connection(new URL("http://127.0.0.1:" + port + "/" + place));
                };
        Background.executor = Runnable::run;
        forget();
        new PushPaths(context).leave(); // what a test before was waiting for
        new PushStore(context).set(PushStore.LEFT, null);
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

    /** The JVM's own knows no PATCH, which Android's does. */
    private static HttpURLConnection connection(URL url) throws IOException {
        final HttpURLConnection real = (HttpURLConnection) url.openConnection();
        return new HttpURLConnection(url) {
            @Override
            public void setRequestMethod(String name) throws ProtocolException {
                real.setRequestMethod(name.equals("PATCH") ? "POST" : name);
                if (name.equals("PATCH")) real.setRequestProperty(METHOD, name);
            }

            @Override
            public void setRequestProperty(String name, String value) {
                real.setRequestProperty(name, value);
            }

            @Override
            public void setDoOutput(boolean does) {
                real.setDoOutput(does);
            }

            @Override
            public void setInstanceFollowRedirects(boolean does) {
                real.setInstanceFollowRedirects(does);
            }

            @Override
            public void setReadTimeout(int millis) {
                real.setReadTimeout(millis);
            }

            @Override
            public OutputStream getOutputStream() throws IOException {
                return real.getOutputStream();
            }

            @Override
            public InputStream getInputStream() throws IOException {
                return real.getInputStream();
            }

            @Override
            public InputStream getErrorStream() {
                return real.getErrorStream();
            }

            @Override
            public int getResponseCode() throws IOException {
                return real.getResponseCode();
            }

            @Override
            public void disconnect() {
                real.disconnect();
            }

            @Override
            public boolean usingProxy() {
                return false;
            }

            @Override
            public void connect() throws IOException {
                real.connect();
            }
        };
    }

    /** What a test before wanted done in order. */
    private static void forget() {
        ((Collection<?>) ReflectionHelpers.getStaticField(Background.class, "ordered")).clear();
    }

    /** Nothing is done in the background. */
    static void close() {
        forget();
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

    /** The API knows this token no more. */
    void forget(String token) {
        forgotten.add("Bearer " + token);
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
        if (forgotten.contains(request.bearer)) {
            status = 401;
            body = new byte[0];
        }
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

    /** Another, so that there are several; `hasLink` says whether both let the person choose among them. */
    void installSecondDistributor(boolean hasLink) {
        install(SECOND, REGISTER);
        if (!hasLink) return;
        ShadowPackageManager packages = shadowOf(context.getPackageManager());
        packages.setShouldShowActivityChooser(true); // none is the default
        for (String name : new String[] {DISTRIBUTOR, SECOND}) installLink(name);
    }

    /** This app answers the link by which the person chooses. */
    void installLink(String name) {
        ShadowPackageManager packages = shadowOf(context.getPackageManager());
        ComponentName link = new ComponentName(name, name + ".Link");
        packages.addActivityIfNotPresent(link);
        IntentFilter filter = new IntentFilter(Intent.ACTION_VIEW);
        filter.addCategory(Intent.CATEGORY_DEFAULT);
        filter.addDataScheme("unifiedpush");
        filter.addDataAuthority("link", null);
        packages.addIntentFilterForActivity(link, filter);
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

    /** A distributor answers what it was asked last. */
    void grant() {
        Intent with = new Intent().putExtra("endpoint", ENDPOINT).putExtra("id", "e1");
        distributorSays("NEW_ENDPOINT", with.putExtra("token", broadcast(REGISTER).getStringExtra("token")));
    }

    /** The last request of this method whose place ends so. */
    Request last(String method, String end) {
        List<Request> found = asked(method, end);
        return found.get(found.size() - 1);
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
