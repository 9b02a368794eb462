package app.slipway.shell;

import android.content.Context;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/** The public API's operations for a device, of this app. Each throws IOException when it got no answer that it can read. */
final class PushApi {
    /** Largest answers, bytes: a list holds at most 50 messages of 4 KB. */
    private static final int MAX_ANSWER = 16 * 1024;
    private static final int MAX_LIST = 512 * 1024;
    /** Unknown to the API: the subscriber is gone, or the key has changed. */
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int UNPROCESSABLE = 422;

    private final PushConfig config;
    private final PushStore store;

    PushApi(Context context, PushConfig config) {
        this.config = config;
        store = new PushStore(context);
    }

    /** Asks for the app's current keys, and keeps them. */
    void fetchKeys() throws IOException {
        String url = config.apiOrigin + "/public/apps/" + config.appId + "/keys";
        Map<?, ?> data = data(Http.send("GET", url, null, MAX_ANSWER));
        String publicKey = text(data, "public_key");
        if (!publicKey.isEmpty()) store.set(PushStore.PUBLIC_KEY, publicKey);
        Object vapid = data.get("vapid_public_key");
        store.set(PushStore.VAPID, vapid instanceof String ? (String) vapid : "");
    }

    /**
     * Registers this device by the address that is kept, or as one that no push service serves. It stays the subscriber
     * that it was, unless the API has forgotten that one. Returns false when the API does not take the address: it pushes
     * to public hosts alone.
     */
    boolean register() throws IOException {
        String token = store.get(PushStore.TOKEN);
        Http.Answer answer = register(token);
        if (token != null && (answer.status == UNAUTHORIZED || answer.status == NOT_FOUND)) answer = register(null);
        if (answer.status == UNPROCESSABLE) return false;
        Map<?, ?> data = data(answer);
        store.set(PushStore.SUBSCRIBER, text(data, "id"));
        store.set(PushStore.TOKEN, text(data, "token"));
        return true;
    }

    private Http.Answer register(String token) throws IOException {
        String url = config.apiOrigin + "/public/apps/" + config.appId + "/subscribers";
        String key = store.get(PushStore.PUBLIC_KEY, config.publicKey);
        String body = JsonWriter.object(device());
        if (token == null) return Http.send("POST", url, body, MAX_ANSWER, "X-App-Key", key);
        return Http.send("POST", url, body, MAX_ANSWER, "X-App-Key", key, "Authorization", "Bearer " + token);
    }

    private Map<String, Object> device() {
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("platform", "android");
        device.put("provider", "webpush");
        String endpoint = store.get(PushStore.ENDPOINT);
        if (endpoint != null) {
            Map<String, String> keys = new LinkedHashMap<>();
            keys.put("p256dh", store.keys().p256dh());
            keys.put("auth", store.keys().auth());
            device.put("endpoint", endpoint);
            device.put("keys", keys);
        }
        Locale locale = Locale.getDefault();
        device.put("language", locale.toLanguageTag());
        device.put("country", locale.getCountry().isEmpty() ? null : locale.getCountry());
        device.put("timezone", TimeZone.getDefault().getID());
        return device;
    }

    /** Unsubscribes this device. Its token is kept: should it register again, it is the same subscriber. */
    void unsubscribe() throws IOException {
        String url = config.apiOrigin + "/public/subscribers/" + store.get(PushStore.SUBSCRIBER);
        int status = Http.send("DELETE", url, null, MAX_ANSWER, authorization()).status;
        if (status >= 500 || status == 429) throw new IOException("answered " + status);
    }

    /** What was pushed since (an ISO time; null for all that there is), oldest first. */
    List<?> notifications(String since) throws IOException {
        String url = config.apiOrigin + "/public/subscribers/me/notifications";
        if (since != null) url += "?since=" + encoded(since);
        Http.Answer answer = Http.send("GET", url, null, MAX_LIST, authorization());
        // The API forgets a device that has not asked for a month: as a new one, it has nothing to read yet.
        if (answer.status == UNAUTHORIZED && register()) return Collections.emptyList();
        Object json = answer.isOk() ? answer.json() : null;
        Object data = json instanceof Map ? ((Map<?, ?>) json).get("data") : null;
        if (!(data instanceof List)) throw new IOException("answered " + answer.status);
        return (List<?>) data;
    }

    private String[] authorization() {
        return new String[] {"Authorization", "Bearer " + store.get(PushStore.TOKEN)};
    }

    private static Map<?, ?> data(Http.Answer answer) throws IOException {
        Object json = answer.isOk() ? answer.json() : null;
        Object data = json instanceof Map ? ((Map<?, ?>) json).get("data") : null;
        if (!(data instanceof Map)) throw new IOException("answered " + answer.status);
        return (Map<?, ?>) data;
    }

    private static String text(Map<?, ?> data, String key) throws IOException {
        if (!(data.get(key) instanceof String)) throw new IOException("no " + key);
        return (String) data.get(key);
    }

    private static String encoded(String text) {
        try {
            return URLEncoder.encode(text, "UTF-8");
        } catch (UnsupportedEncodingException never) {
            return text;
        }
    }
}
