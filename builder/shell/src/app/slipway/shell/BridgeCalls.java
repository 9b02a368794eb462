package app.slipway.shell;

import android.content.Context;
import android.webkit.WebView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What the calls of a page do (browser/api.ts): checks what they are made with, and hands them on. */
final class BridgeCalls {
    private final MainActivity activity;
    private final PageActions actions;

    BridgeCalls(MainActivity activity, WebView view) {
        this.activity = activity;
        actions = new PageActions(activity, view);
    }

    /** Takes the name of a call and what it is made with, of whatever types a page has sent. */
    void run(Object call, Object with, Reply reply) {
        if (with == null) with = Collections.emptyMap();
        try {
            if (!(call instanceof String) || !(with instanceof Map)) throw wrong("call", "a text, with an object");
            if (!runForPush((String) call, (Map<?, ?>) with, reply)) act((String) call, (Map<?, ?>) with, reply);
        } catch (IllegalArgumentException wrong) {
            reply.refused("invalid", wrong.getMessage());
        }
    }

    /** Returns whether it is one of the calls about pushes and channels. */
    private boolean runForPush(String call, Map<?, ?> with, Reply reply) {
        Context app = activity.getApplicationContext();
        if (call.equals("push.permission")) {
            reply.done(permission());
        } else if (call.equals("push.state")) {
            PushCalls.state(app, permission(), reply);
        } else if (call.equals("push.subscribe")) {
            ask(app, null, tags(with), reply);
        } else if (call.equals("push.unsubscribe")) {
            PushCalls.unsubscribe(app, reply);
        } else if (call.equals("push.setTags")) {
            List<String> tags = tags(with);
            if (tags == null) throw wrong("tags", "a list of texts");
            PushCalls.setTags(app, tags, reply);
        } else if (call.equals("push.identify")) {
            if (!with.containsKey("token")) throw wrong("token", "a text, or null for nobody's device");
            PushCalls.identify(app, with.get("token") == null ? null : needed(with, "token"), reply);
        } else if (call.equals("channels.redeem")) {
            ask(app, needed(with, "code"), null, reply);
        } else if (call.equals("channels.list")) {
            PushCalls.channels(app, reply);
        } else if (call.equals("channels.mute")) {
            Object muted = with.get("muted");
            if (!(muted instanceof Boolean)) throw wrong("muted", "true or false");
            PushCalls.mute(app, needed(with, "id"), (Boolean) muted, reply);
        } else if (call.equals("channels.leave")) {
            PushCalls.leave(app, needed(with, "id"), reply);
        } else {
            return false;
        }
        return true;
    }

    private String permission() {
        return activity.config.push == null ? "unsupported" : activity.notifications.permission();
    }

    private void act(String call, Map<?, ?> with, Reply reply) {
        if (call.equals("openSettings")) {
            actions.openSettings(reply);
        } else if (call.equals("share")) {
            actions.share(text(with, "title"), text(with, "text"), text(with, "url"), reply);
        } else if (call.equals("print")) {
            actions.print(reply);
        } else if (call.equals("file")) {
            actions.file(text(with, "data"), text(with, "name"), text(with, "type"), reply);
        } else {
            reply.refused("unsupported", "this app does not know the call " + call);
        }
    }

    /** Redeems a code, or subscribes where there is none, once the user was asked about notifications. */
    private void ask(final Context app, final String code, final List<String> tags, final Reply reply) {
        activity.notifications.askInContext(
                new Runnable() {
                    @Override
                    public void run() {
                        if (code == null) PushCalls.subscribe(app, tags, reply);
                        else PushCalls.redeem(app, code, reply);
                    }
                });
    }

    /** null when there are none. */
    private static List<String> tags(Map<?, ?> with) {
        Object value = with.get("tags");
        if (value == null) return null;
        List<String> tags = new ArrayList<>();
        if (!(value instanceof List)) throw wrong("tags", "a list of texts");
        for (Object tag : (List<?>) value) {
            if (!(tag instanceof String)) throw wrong("tags", "a list of texts");
            tags.add((String) tag);
        }
        return tags;
    }

    /** null when it is not there, or empty. */
    private static String text(Map<?, ?> with, String name) {
        Object value = with.get(name);
        if (value == null || value.equals("")) return null;
        if (!(value instanceof String)) throw wrong(name, "a text");
        return (String) value;
    }

    private static String needed(Map<?, ?> with, String name) {
        String value = text(with, name);
        if (value == null) throw wrong(name, "a text");
        return value;
    }

    private static IllegalArgumentException wrong(String name, String allowed) {
        return new IllegalArgumentException(name + " must be " + allowed);
    }
}
