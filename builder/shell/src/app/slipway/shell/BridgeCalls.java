package app.slipway.shell;

import android.content.Context;
import android.webkit.WebView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the calls of a page do (browser/api.ts): checks what they are called with, and hands them on. */
final class BridgeCalls {
    private final MainActivity activity;
    private final PageActions actions;

    BridgeCalls(MainActivity activity, WebView view) {
        this.activity = activity;
        actions = new PageActions(activity, view);
    }

    /** Takes the name of a call and what it is called with, of whatever types a page has sent. */
    void run(Object call, Object with, Reply reply) {
        try {
            if (!(call instanceof String)) throw new IllegalArgumentException("call must be a text");
            if (with != null && !(with instanceof Map)) throw new IllegalArgumentException("must be an object");
            route((String) call, (Map<?, ?>) with, reply);
        } catch (IllegalArgumentException wrong) {
            reply.refused("invalid", wrong.getMessage());
        }
    }

    private void route(String call, Map<?, ?> with, Reply reply) {
        Context app = activity.getApplicationContext();
        switch (call) {
            case "push.permission":
                boolean hasPush = activity.config.push != null;
                reply.done(hasPush ? activity.notifications.permission() : "unsupported");
                break;
            case "push.subscribe":
                subscribe(app, tags(with), reply);
                break;
            case "push.unsubscribe":
                PushCalls.unsubscribe(app, reply);
                break;
            case "push.setTags":
                List<String> tags = tags(with);
                if (tags == null) throw new IllegalArgumentException("tags must be a list of texts");
                PushCalls.setTags(app, tags, reply);
                break;
            case "channels.redeem":
                redeem(app, needed(with, "code"), reply);
                break;
            case "channels.list":
                PushCalls.channels(app, reply);
                break;
            case "channels.mute":
                PushCalls.mute(app, needed(with, "id"), flag(with, "muted"), reply);
                break;
            case "channels.leave":
                PushCalls.leave(app, needed(with, "id"), reply);
                break;
            case "openSettings":
                actions.openSettings(reply);
                break;
            case "share":
                actions.share(text(with, "title"), text(with, "text"), text(with, "url"), reply);
                break;
            case "print":
                actions.print(reply);
                break;
            default:
                reply.refused("unsupported", "this app does not know the call " + call);
        }
    }

    private void subscribe(final Context app, final List<String> tags, final Reply reply) {
        activity.notifications.askInContext(
                new Runnable() {
                    @Override
                    public void run() {
                        PushCalls.subscribe(app, tags, reply);
                    }
                });
    }

    private void redeem(final Context app, final String code, final Reply reply) {
        activity.notifications.askInContext(
                new Runnable() {
                    @Override
                    public void run() {
                        PushCalls.redeem(app, code, reply);
                    }
                });
    }

    /** null when there are none. */
    private static List<String> tags(Map<?, ?> with) {
        Object value = with == null ? null : with.get("tags");
        if (value == null) return null;
        if (!(value instanceof List)) throw new IllegalArgumentException("tags must be a list of texts");
        List<String> tags = new ArrayList<>();
        for (Object tag : (List<?>) value) {
            if (!(tag instanceof String)) throw new IllegalArgumentException("tags must be a list of texts");
            tags.add((String) tag);
        }
        return tags;
    }

    /** null when it is not there, or empty. */
    private static String text(Map<?, ?> with, String name) {
        Object value = with == null ? null : with.get(name);
        if (value == null || value.equals("")) return null;
        if (!(value instanceof String)) throw new IllegalArgumentException(name + " must be a text");
        return (String) value;
    }

    private static String needed(Map<?, ?> with, String name) {
        String value = text(with, name);
        if (value == null) throw new IllegalArgumentException(name + " must be a text that is not empty");
        return value;
    }

    private static boolean flag(Map<?, ?> with, String name) {
        Object value = with.get(name);
        if (!(value instanceof Boolean)) throw new IllegalArgumentException(name + " must be true or false");
        return (Boolean) value;
    }
}
