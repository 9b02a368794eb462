package app.slipway.shell;

import android.app.AlertDialog;
import android.app.Notification;
import android.app.PendingIntent;
import android.content.AppContext;
import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Handler;
import android.os.Looper;
import android.os.Message;
import android.os.Messenger;
import android.os.NetworkOnMainThreadException;
import device.Connection;
import device.Device;
import device.Lines;
import java.io.File;
import java.io.IOException;
import java.net.UnknownServiceException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A process of the app on a phone: its own code for pushes, among stand-ins of Android's classes. Whoever plays the
 * person and Play services (dev/phone/java-app.ts) sends it calls, a line of JSON each, and gets an answer to each once
 * the app has nothing more to do. The first says which app it is.
 */
final class Phone {
    private static final String SEND = "com.google.android.c2dm.permission.SEND";
    /** How long between two looks at whether the app is done, ms. */
    private static final int LOOK = 2;

    private final Context context = AppContext.get();
    private final List<Map<?, ?>> components = new ArrayList<>();
    /** Where answers to requests for a token go, by their number. */
    private final List<Messenger> askers = new ArrayList<>();
    /** null in a process that a push started. */
    private MainActivity activity;

    private Phone() {}

    public static void main(String[] arguments) throws InterruptedException {
        final ExecutorService threads =
                Executors.newFixedThreadPool(
                        8,
                        work -> {
                            Thread thread = new Thread(work);
                            thread.setDaemon(true);
                            return thread;
                        });
        Background.executor =
                work -> {
                    Device.busy.incrementAndGet();
                    threads.execute(
                            () -> {
                                try {
                                    work.run();
                                } finally {
                                    Device.busy.decrementAndGet();
                                }
                            });
                };
        Http.opener =
                url -> {
                    Device.demand("android.permission.INTERNET");
                    boolean isPlain = url.getProtocol().equals("http");
                    if (isPlain && !Device.app.cleartextHosts.contains(url.getHost())) throw new UnknownServiceException("cleartext not permitted");
                    if (Looper.getMainLooper().isCurrentThread()) throw new NetworkOnMainThreadException();
                    return new Connection(url);
                };
        Phone phone = new Phone();
        Device.broadcasts = phone::sent;
        for (BlockingQueue<String> lines = lines(); ; ) {
            Map<?, ?> call = (Map<?, ?>) Json.parse(lines.take());
            Object id = call.get("id");
            try {
                Object answer = phone.answer((String) call.get("call"), (Map<?, ?>) call.get("with"));
                // What the app answers later must not keep it from hearing what it waits for.
                if (!(answer instanceof CompletableFuture)) write(id, answer, null);
                else ((CompletableFuture<?>) answer).whenComplete((value, error) -> write(id, value, error));
            } catch (Exception e) {
                write(id, null, e instanceof ExecutionException ? e.getCause() : e);
            }
        }
    }

    /** The calls in turn. The process ends once nobody is there to send more, whatever the app is at. */
    private static BlockingQueue<String> lines() {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reader =
                new Thread(
                        () -> {
                            try {
                                for (String line = Lines.read(); line != null; line = Lines.read()) lines.add(line);
                            } catch (IOException gone) {
                                gone.printStackTrace();
                            } finally {
                                Runtime.getRuntime().halt(0);
                            }
                        });
        reader.start();
        return lines;
    }

    private static void write(Object id, Object value, Throwable error) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("id", id);
        if (error == null) line.put("value", value);
        else line.put("error", String.valueOf(error.getMessage()));
        Lines.write(line);
    }

    private Object answer(String call, Map<?, ?> with) throws Exception {
        switch (call) {
            case "app":
                return install(with);
            case "open":
                return onMain(() -> open(launch()));
            case "notify":
                return onMain(() -> letNotify((Boolean) with.get("allowed")));
            case "token":
                return onMain(() -> giveToken(with));
            case "push":
                return onMain(() -> push(with));
            case "link":
                return onMain(() -> open(new Intent(Intent.ACTION_VIEW, Uri.parse((String) with.get("address")))));
            case "told":
                return told();
            case "page":
                return page((String) with.get("name"), (Map<?, ?>) with.get("given"));
            case "screen":
                return screen();
            case "tap":
                return tap((String) with.get("tag"));
            case "state":
                return state();
            default:
                throw new IllegalArgumentException("no call " + call);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Runs it on the main thread, and waits until the app is done with all that follows. */
    private Object onMain(Work work) throws Exception {
        CompletableFuture<Object> done = new CompletableFuture<>();
        new Handler(Looper.getMainLooper())
                .post(
                        () -> {
                            try {
                                work.run();
                                done.complete(null);
                            } catch (Exception e) {
                                done.completeExceptionally(e);
                            }
                        });
        done.get();
        while (Device.busy.get() > 0) Thread.sleep(LOOK);
        return null;
    }

    private Object install(Map<?, ?> app) {
        Device.app.packageName = (String) app.get("package_name");
        Device.app.label = (String) app.get("label");
        Device.app.config = (String) app.get("config");
        Device.app.folder = new File((String) app.get("folder"));
        Device.app.folder.mkdirs();
        Device.mayNotify = (Boolean) app.get("may_notify");
        addTexts(app.get("cleartext_hosts"), Device.app.cleartextHosts);
        addTexts(app.get("permissions"), Device.app.permissions);
        addTexts(app.get("visible"), Device.app.visible);
        addTexts(app.get("drawables"), Device.app.drawables);
        for (Object one : (List<?>) app.get("components")) {
            components.add((Map<?, ?>) one);
            Device.app.components.add((String) ((Map<?, ?>) one).get("name"));
        }
        return null;
    }

    private static void addTexts(Object from, Collection<String> to) {
        for (Object one : (List<?>) from) to.add((String) one);
    }

    private void open(Intent intent) {
        if (activity == null) {
            activity = new MainActivity();
            activity.attach(intent);
            activity.onCreate();
        } else {
            activity.onNewIntent(intent);
        }
        activity.onResume();
    }

    private static Intent launch() {
        return new Intent(Intent.ACTION_MAIN);
    }

    /** The answer to Android's question, or a switch in the settings: the app comes to the front again. */
    private void letNotify(boolean isAllowed) {
        if (isAllowed) Device.demand("android.permission.POST_NOTIFICATIONS");
        Device.mayNotify = isAllowed;
        if (activity == null) {
            open(launch());
            return;
        }
        Runnable question = Device.takeQuestion();
        if (question != null) {
            if (!isAllowed) Device.refusals++;
            question.run();
        }
        activity.onResume();
    }

    /** Tells of a broadcast that left the app; it may hold a question to Play services. */
    private void sent(Intent intent) {
        Map<String, Object> extras = new LinkedHashMap<>();
        for (Map.Entry<String, Object> extra : intent.extras().entrySet()) {
            Object value = extra.getValue();
            if (value instanceof Messenger) {
                askers.add((Messenger) value);
                extras.put(extra.getKey(), String.valueOf(askers.size() - 1));
            } else {
                extras.put(extra.getKey(), value instanceof PendingIntent ? "PendingIntent" : value);
            }
        }
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("action", intent.getAction());
        told.put("package", intent.getPackage());
        told.put("extras", extras);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("broadcast", told);
        Lines.write(line);
    }

    private void giveToken(Map<?, ?> with) {
        Message message = Message.obtain();
        Intent answer = new Intent(PlayServicesReceiver.REGISTRATION);
        answer.putExtra((String) with.get("name"), (String) with.get("value"));
        message.obj = answer;
        askers.get(Integer.parseInt((String) with.get("messenger"))).send(message);
    }

    private void push(Map<?, ?> with) throws Exception {
        Intent intent = new Intent(PlayServicesReceiver.RECEIVE).setPackage(context.getPackageName());
        intent.putExtra("google.message_id", (String) with.get("id"));
        intent.putExtra("from", (String) with.get("sender"));
        intent.putExtra("subtype", (String) with.get("subtype"));
        String body = (String) with.get("body");
        if (body != null) intent.putExtra("rawData", Base64.getDecoder().decode(body));
        for (Map<?, ?> component : components) {
            boolean takesIt = ((List<?>) component.get("actions")).contains(intent.getAction());
            if (!takesIt) continue;
            if (!SEND.equals(component.get("permission"))) throw new SecurityException("any app could send here");
            receiver((String) component.get("name")).deliver(context, intent);
            return;
        }
        throw new IllegalStateException("no receiver is declared for " + intent.getAction());
    }

    private static BroadcastReceiver receiver(String name) throws ReflectiveOperationException {
        return (BroadcastReceiver) Class.forName(name).getConstructor().newInstance();
    }

    /** What the app tells the person, who says OK; null for nothing. */
    private Object told() throws Exception {
        AlertDialog told = Device.dialog();
        if (told == null) return null;
        onMain(() -> told.press(true));
        return String.valueOf(told.message());
    }

    /** What a page in the app calls by the bridge (browser/api.ts), but for the port. */
    private Object page(String name, Map<?, ?> given) throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Reply reply =
                new Reply() {
                    @Override
                    public void done(Object json) {
                        answer.complete(json);
                    }

                    @Override
                    public void refused(String code, String message) {
                        answer.completeExceptionally(new IllegalStateException(code + ": " + message));
                    }
                };
        onMain(() -> call(name, given, reply));
        return answer;
    }

    private void call(String name, Map<?, ?> given, Reply reply) {
        String id = (String) given.get("id");
        switch (name) {
            case "push.subscribe":
                PushCalls.subscribe(context, texts(given.get("tags")), reply);
                return;
            case "push.unsubscribe":
                PushCalls.unsubscribe(context, reply);
                return;
            case "push.identify":
                PushCalls.identify(context, (String) given.get("token"), reply);
                return;
            case "push.setTags":
                PushCalls.setTags(context, texts(given.get("tags")), reply);
                return;
            case "channels.redeem":
                PushCalls.redeem(context, (String) given.get("code"), reply);
                return;
            case "channels.list":
                PushCalls.channels(context, reply);
                return;
            case "channels.mute":
                PushCalls.mute(context, id, (Boolean) given.get("muted"), reply);
                return;
            case "channels.leave":
                PushCalls.leave(context, id, reply);
                return;
            default:
                throw new IllegalArgumentException("no call " + name);
        }
    }

    /** null for none. */
    private static List<String> texts(Object json) {
        if (json == null) return null;
        List<String> texts = new ArrayList<>();
        addTexts(json, texts);
        return texts;
    }

    private static Object screen() {
        List<Object> screen = new ArrayList<>();
        for (Device.Shown one : Device.shown()) {
            Notification shown = one.notification;
            List<Object> actions = new ArrayList<>();
            for (Notification.Action action : shown.actions) actions.add(String.valueOf(action.title));
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("tag", one.tag);
            told.put("title", String.valueOf(shown.title));
            told.put("body", String.valueOf(shown.text));
            told.put("channel", String.valueOf(Device.channelName(shown.channel)));
            told.put("actions", actions);
            screen.add(told);
        }
        return screen;
    }

    /** Says what the app opened. */
    private Object tap(String tag) throws Exception {
        Device.Shown tapped = null;
        for (Device.Shown one : Device.shown()) {
            if (one.tag.equals(tag)) tapped = one;
        }
        if (tapped == null) throw new IllegalArgumentException("no notification " + tag);
        Intent intent = new Intent(tapped.notification.contentIntent.intent);
        if (tapped.notification.isAutoCancelled) Device.cancel(tag, tapped.id);
        if (!MainActivity.class.getName().equals(intent.component())) throw new IllegalStateException("not the activity");
        onMain(() -> open(intent));
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("opened", activity.opened);
        told.put("inside", activity.isInside);
        return told;
    }

    private Object state() {
        PushStore store = new PushStore(context);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("subscriber", store.get(PushStore.SUBSCRIBER));
        told.put("endpoint", store.get(PushStore.ENDPOINT));
        return told;
    }
}
