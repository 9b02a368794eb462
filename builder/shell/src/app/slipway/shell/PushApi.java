package app.slipway.shell;

import android.content.Context;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.URLEncoder;
import java.util.ArrayList;
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
    /** Where it says not why. */
    private static final String REFUSED = "The API refused it.";

    private final PushConfig config;
    private final PushStore store;
    /** What the API said against the registration it refused last; null before. */
    String complaint = null;

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
        if (answer.status == UNPROCESSABLE) {
            complaint = sentence(answer);
            return false;
        }
        Map<?, ?> data = data(answer);
        store.set(PushStore.SUBSCRIBER, text(data, "id"));
        store.set(PushStore.TOKEN, text(data, "token"));
        return true;
    }

    private Http.Answer register(String token) throws IOException {
        String url = config.apiOrigin + "/public/apps/" + config.appId + "/subscribers";
        String key = store.get(PushStore.PUBLIC_KEY, config.publicKey);
        Map<String, Object> device = device();
        // One that is known keeps the tags it has: the owner may have changed them since.
        if (token == null) device.putAll(keptTags());
        String body = JsonWriter.object(device);
        if (token == null) return Http.send("POST", url, body, MAX_ANSWER, "X-App-Key", key);
        return Http.send("POST", url, body, MAX_ANSWER, "X-App-Key", key, "Authorization", "Bearer " + token);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> keptTags() {
        String saved = store.get(PushStore.TAGS);
        return saved == null ? Collections.<String, Object>emptyMap() : (Map<String, Object>) Json.parse(saved);
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
        if (!answer.isOk()) throw new IOException("answered " + answer.status);
        return list(map(answer.json()).get("data"));
    }

    /** Puts these tags in place of those there were, and returns them as the API keeps them. */
    List<?> setTags(List<String> tags) throws IOException, Refused {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("tags", tags);
        List<?> kept = list(map(change(body)).get("tags"));
        body.put("tags", kept);
        store.set(PushStore.TAGS, JsonWriter.object(body));
        return kept;
    }

    /** Says whose device this is, by a token that the owner's server signed; null for nobody's. */
    void identify(String userToken) throws IOException, Refused {
        change(Collections.singletonMap("user_token", userToken == null ? "" : userToken)); // null would be left out
    }

    /** Changes this device's subscriber, and returns what the API then shows of it. */
    private Object change(Map<String, ?> body) throws IOException, Refused {
        String subscriber = store.get(PushStore.SUBSCRIBER);
        try {
            return own("PATCH", "subscribers/" + subscriber, body);
        } catch (Refused gone) { // or it is another subscriber since it was asked
            boolean isAnother = !subscriber.equals(store.get(PushStore.SUBSCRIBER));
            if (!gone.code.equals(Refused.NOT_FOUND) || !isAnother) throw gone;
            return own("PATCH", "subscribers/" + store.get(PushStore.SUBSCRIBER), body);
        }
    }

    /** Redeems a channel's code. */
    Map<String, Object> redeem(String code) throws IOException, Refused {
        return channel(own("POST", "codes/" + code + "/redeem", null));
    }

    /** The channels that this device is subscribed to. */
    List<Object> channels() throws IOException, Refused {
        List<Object> channels = new ArrayList<>();
        for (Object one : list(own("GET", "subscribers/me/subscriptions", null))) channels.add(channel(one));
        return channels;
    }

    Map<String, Object> mute(String id, boolean isMuted) throws IOException, Refused {
        return channel(own(isMuted ? "PUT" : "DELETE", "subscriptions/" + id + "/mute", null));
    }

    void leave(String id) throws IOException, Refused {
        own("DELETE", "subscriptions/" + id, null);
    }

    /**
     * Asks for what only this device may, and returns the answer's data. A device that the API has forgotten registers
     * anew and asks once more.
     */
    private Object own(String method, String path, Map<String, ?> body) throws IOException, Refused {
        String url = config.apiOrigin + "/public/" + path;
        String json = body == null ? null : JsonWriter.object(body);
        String token = store.get(PushStore.TOKEN);
        Http.Answer answer = Http.send(method, url, json, MAX_LIST, authorization());
        if (answer.status == UNAUTHORIZED && registerAnew(token)) {
            answer = Http.send(method, url, json, MAX_LIST, authorization());
        }
        if (answer.status == NOT_FOUND) throw new Refused(Refused.NOT_FOUND, sentence(answer));
        if (answer.status == UNPROCESSABLE) throw new Refused(Refused.INVALID, sentence(answer));
        if (!answer.isOk()) throw new IOException("answered " + answer.status);
        return map(answer.json()).get("data");
    }

    /** Returns whether there is another token than this one now. */
    private boolean registerAnew(String token) throws IOException {
        synchronized (PushPaths.class) { // two at a time would make two subscribers
            if (store.get(PushStore.LEFT) != null) return false;
            return !store.get(PushStore.TOKEN, "").equals(token) || register();
        }
    }

    /** What a page gets to know of a subscription to a channel. */
    private static Map<String, Object> channel(Object json) throws IOException {
        Map<?, ?> subscription = map(json);
        Map<String, Object> channel = new LinkedHashMap<>();
        channel.put("id", text(subscription, "id"));
        channel.put("channel", text(subscription, "channel"));
        Object name = subscription.get("name");
        channel.put("name", name instanceof String ? name : "");
        channel.put("muted", Boolean.TRUE.equals(subscription.get("mute")));
        return channel;
    }

    /** What the API has against a request: the first field's violation, or the answer's own sentence. */
    private static String sentence(Http.Answer answer) {
        Object json = answer.json();
        if (!(json instanceof Map)) return REFUSED;
        Object details = ((Map<?, ?>) json).get("details");
        if (details instanceof Map) {
            for (Map.Entry<?, ?> field : ((Map<?, ?>) details).entrySet()) {
                Object said = field.getValue();
                if (said instanceof List && !((List<?>) said).isEmpty()) return field.getKey() + " " + ((List<?>) said).get(0);
            }
        }
        Object message = ((Map<?, ?>) json).get("message");
        return message instanceof String ? (String) message : REFUSED;
    }

    private String[] authorization() {
        return new String[] {"Authorization", "Bearer " + store.get(PushStore.TOKEN)};
    }

    private static Map<?, ?> data(Http.Answer answer) throws IOException {
        if (!answer.isOk()) throw new IOException("answered " + answer.status);
        return map(map(answer.json()).get("data"));
    }

    private static Map<?, ?> map(Object json) throws IOException {
        if (!(json instanceof Map)) throw new IOException("answered something else");
        return (Map<?, ?>) json;
    }

    private static List<?> list(Object json) throws IOException {
        if (!(json instanceof List)) throw new IOException("answered something else");
        return (List<?>) json;
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
