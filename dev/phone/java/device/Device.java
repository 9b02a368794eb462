package device;

import android.app.AlertDialog;
import android.app.Notification;
import android.app.PendingIntent;
import android.content.Intent;
import java.io.File;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The phone that the stand-ins of Android's classes speak of: what its app declares, what is on its screen, and what
 * was asked of other apps. One app is installed, beside Play services.
 */
public final class Device {
    /** Android 16. */
    public static final int LEVEL = 36;
    public static final String PLAY_SERVICES = "com.google.android.gms";

    /** The app, as its own manifest and assets say. */
    public static final class App {
        public String packageName;
        public String label;
        public String config;
        /** The hosts that it may reach without TLS. */
        public Collection<String> cleartextHosts = new ArrayList<>();
        public Collection<String> permissions = new ArrayList<>();
        /** Classes of receivers and services. */
        public Collection<String> components = new ArrayList<>();
        /** The packages and actions of other apps that it may see. */
        public Collection<String> visible = new ArrayList<>();
        public Collection<String> drawables = new ArrayList<>();
        /** Its private storage. */
        public File folder;
    }

    /** A notification on the screen. */
    public static final class Shown {
        public final String tag;
        public final int id;
        public final Notification notification;

        Shown(String tag, int id, Notification notification) {
            this.tag = tag;
            this.id = id;
            this.notification = notification;
        }
    }

    /** Hears of the broadcasts that leave the app. */
    public interface Broadcasts {
        void sent(Intent intent);
    }

    public static final App app = new App();
    public static volatile Broadcasts broadcasts;
    /** From Android 13 on, an app that was just installed may not notify. */
    public static volatile boolean mayNotify = false;
    /** How often the person refused Android's question. */
    public static volatile int refusals = 0;
    /** What the app is at: posted to its main thread, in its background, in its receivers. */
    public static final AtomicInteger busy = new AtomicInteger();
    private static final Map<String, Shown> shown = new LinkedHashMap<>();
    private static final Map<String, PendingIntent> pending = new LinkedHashMap<>();
    private static final Map<String, CharSequence> channels = new LinkedHashMap<>();

    /** What follows the answer to Android's question, while that is before the person. */
    private static Runnable question = null;
    /** What the app asks or tells, the topmost first. */
    private static final Deque<AlertDialog> dialogs = new ArrayDeque<>();

    private Device() {}

    /** Android puts its question to the person. */
    public static synchronized void ask(Runnable answered) {
        if (question != null) throw new IllegalStateException("a question is open");
        demand("android.permission.POST_NOTIFICATIONS");
        question = answered;
    }

    /** The question that was open, which is closed by this; or null. */
    public static synchronized Runnable takeQuestion() {
        Runnable taken = question;
        question = null;
        return taken;
    }

    public static synchronized void openDialog(AlertDialog opened) {
        dialogs.push(opened);
    }

    public static synchronized void closeDialog(AlertDialog closed) {
        dialogs.remove(closed);
    }

    public static synchronized AlertDialog dialog() {
        return dialogs.peek();
    }

    /** What an app that lacks a permission gets. */
    public static void demand(String permission) {
        if (!app.permissions.contains(permission)) throw new SecurityException(permission + " is not declared");
    }

    public static synchronized void show(String tag, int id, Notification notification) {
        if (!mayNotify) return;
        if (!channels.containsKey(notification.channel)) return; // Android logs it, and shows nothing
        shown.remove(id + " " + tag);
        shown.put(id + " " + tag, new Shown(tag, id, notification));
    }

    public static synchronized void cancel(String tag, int id) {
        shown.remove(id + " " + tag);
    }

    public static synchronized List<Shown> shown() {
        return new ArrayList<>(shown.values());
    }

    public static synchronized void addChannel(String id, CharSequence name) {
        channels.putIfAbsent(id, name);
    }

    public static synchronized CharSequence channelName(String id) {
        return channels.get(id);
    }

    /** Android keeps one record for intents that differ in their extras alone: the one it has, or this new one. */
    public static synchronized PendingIntent record(String key, PendingIntent made) {
        PendingIntent there = pending.putIfAbsent(key, made);
        return there == null ? made : there;
    }
}
