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
final class PagePort {
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
        port.setWebMessageCallback(
                new WebMessagePort.WebMessageCallback() {
                    @Override
                    public void onMessage(WebMessagePort from, WebMessage message) {
                        if (!isClosed && message != null) onText(message.getData());
                    }
                });
    }

    void close() {
        isClosed = true;
        port.close();
    }

    void tell(String event, Object value) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("event", event);
        message.put("value", value);
        send(message);
    }

    private void onText(String text) {
        if (text == null || text.length() > MAX_CALL) return;
        Object json;
        try {
            json = Json.parse(text);
        } catch (IllegalArgumentException noCall) {
            return;
        }
        if (!(json instanceof Map)) return;
        Map<?, ?> message = (Map<?, ?>) json;
        Object id = message.get("id");
        if (!(id instanceof Double)) return;
        Answer answer = new Answer(id);
        if (waiting++ < MAX_WAITING) calls.run(message.get("call"), message.get("with"), answer);
        else answer.refused("too_many", "at most " + MAX_WAITING + " calls may wait for their answers");
    }

    private void send(Map<String, Object> message) {
        if (!isClosed) port.postMessage(new WebMessage(JsonWriter.value(message)));
    }

    /** Takes the answer to one call to the page. */
    private final class Answer implements Reply {
        private final Map<String, Object> message = new LinkedHashMap<>();
        /** On the main thread. */
        private boolean isSent = false;

        Answer(Object id) {
            message.put("id", id);
        }

        @Override
        public void done(Object json) {
            answer("value", json, null);
        }

        @Override
        public void refused(String code, String text) {
            answer("error", code, text);
        }

        private void answer(final String kind, final Object value, final String text) {
            activity.runOnUiThread(
                    new Runnable() {
                        @Override
                        public void run() {
                            if (isSent) return;
                            isSent = true;
                            waiting--;
                            if (value != null) message.put(kind, value);
                            if (text != null) message.put("message", text);
                            send(message);
                        }
                    });
        }
    }
}
