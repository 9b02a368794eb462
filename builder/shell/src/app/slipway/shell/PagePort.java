package app.slipway.shell;

import android.webkit.WebMessage;
import android.webkit.WebMessagePort;
import android.webkit.WebView;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The port to one page: calls come in and answers and events go out, as JSON texts (browser/bridge.ts), on the main thread.
 * Whatever comes is doubted: what is no call is passed over, and nothing goes to a page that is gone.
 */
final class PagePort extends WebMessagePort.WebMessageCallback {
    /** Longest call, characters: what is shared has to fit into an intent. The script knows it too. */
    static final int MAX_CALL = 32_768;
    /** Most calls of a page that wait for their answers: each may hold a thread and a request. */
    static final int MAX_WAITING = 16;

    private final MainActivity activity;
    private final WebMessagePort port;
    private final BridgeCalls calls;
    private int waiting = 0;
    private boolean isClosed = false;

    PagePort(MainActivity activity, WebView view, WebMessagePort port) {
        this.activity = activity;
        this.port = port;
        calls = new BridgeCalls(activity, view);
        port.setWebMessageCallback(this);
    }

    void close() {
        isClosed = true;
        port.close();
    }

    void tell(String event, Object value) {
        send("event", event, "value", value);
    }

    @Override
    public void onMessage(WebMessagePort from, WebMessage message) {
        String text = message.getData();
        if (isClosed || text == null || text.length() > MAX_CALL) return;
        Object json;
        try {
            json = Json.parse(text);
        } catch (IllegalArgumentException noCall) {
            return;
        }
        if (!(json instanceof Map)) return;
        Map<?, ?> call = (Map<?, ?>) json;
        Object id = call.get("id");
        if (!(id instanceof Double)) return;
        Answer answer = new Answer(id);
        if (waiting++ < MAX_WAITING) calls.run(call.get("call"), call.get("with"), answer);
        else answer.refused("too_many", "at most " + MAX_WAITING + " calls may wait for their answers");
    }

    /** Sends names and values by turns; what is null is left out. */
    private void send(Object... parts) {
        Map<String, Object> message = new LinkedHashMap<>();
        for (int i = 0; i < parts.length; i += 2) {
            if (parts[i + 1] != null) message.put((String) parts[i], parts[i + 1]);
        }
        if (!isClosed) port.postMessage(new WebMessage(JsonWriter.value(message)));
    }

    /** Takes the answer to one call to the page. */
    private final class Answer implements Reply, Runnable {
        private final Object id;
        private Object value = null;
        private Object error = null;
        private Object text = null;

        Answer(Object id) {
            this.id = id;
        }

        @Override
        public void done(Object json) {
            value = json;
            activity.runOnUiThread(this);
        }

        @Override
        public void refused(String code, String message) {
            error = code;
            text = message;
            activity.runOnUiThread(this);
        }

        @Override
        public void run() {
            waiting--;
            send("id", id, "value", value, "error", error, "message", text);
        }
    }
}
