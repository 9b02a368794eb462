package app.slipway.shell;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.graphics.Bitmap;
import android.graphics.drawable.Icon;
import android.os.Build;
import android.service.notification.StatusBarNotification;

/** Shows messages as notifications. */
final class Notifier {
    /** The channel of messages that name none. */
    static final String CHANNEL = "push";
    /** All have this id: their tags tell them apart. */
    static final int ID = 1;
    /** The importance that is PRIORITY_DEFAULT, 0, where there are no channels; below it, nothing sounds. */
    private static final int IMPORTANCE_DEFAULT = 3;
    private static final int SOUND_AND_LIGHTS = Notification.DEFAULT_SOUND | Notification.DEFAULT_LIGHTS;
    /** Sides of the pictures, pixels: what phones show of them. */
    private static final int IMAGE_SIDE = 1024;
    private static final int ICON_SIDE = 256;

    private final Context context;
    private final ShellConfig config;
    private final NotificationManager manager;
    /** The time of the message, by which it is told from another of its tag. */
    private final long now = System.currentTimeMillis();

    Notifier(Context context, ShellConfig config) {
        this.context = context;
        this.config = config;
        manager = manager(context);
    }

    /** Whether the user lets the app show notifications. */
    static boolean areOn(Context context) {
        return Newer.areNotificationsEnabled(manager(context));
    }

    /** Shows a message in words, at once. */
    void show(PushMessage message) {
        manager.notify(message.tag, ID, builder(message).build());
    }

    /** Shows it again with its pictures, once those have come. */
    void illustrate(PushMessage message) {
        Bitmap image = Pictures.fetch(message.image, IMAGE_SIDE);
        Bitmap icon = Pictures.fetch(message.icon, ICON_SIDE);
        if (image == null && icon == null || !isThere(message)) return;
        Notification.Builder builder = builder(message);
        if (icon != null) builder.setLargeIcon(icon);
        if (image != null) builder.setStyle(pictured(image, message));
        manager.notify(message.tag, ID, builder.setOnlyAlertOnce(true).build());
    }

    /** Whether it was neither tapped nor swiped away nor replaced since it was shown. */
    private boolean isThere(PushMessage message) {
        for (StatusBarNotification shown : manager.getActiveNotifications()) {
            if (message.tag.equals(shown.getTag()) && shown.getNotification().when == now) return true;
        }
        return false;
    }

    static void cancel(Context context, String tag) {
        manager(context).cancel(tag, ID);
    }

    private Notification.Builder builder(PushMessage message) {
        Notification.Builder builder = inChannel(message);
        builder.setSmallIcon(smallIcon());
        builder.setColor(message.color == null ? config.themeColor : message.color);
        builder.setContentTitle(message.title.isEmpty() ? label() : message.title);
        builder.setContentText(message.body);
        builder.setStyle(new Notification.BigTextStyle().bigText(message.body));
        if (message.visibility != null) builder.setVisibility(message.visibility);
        builder.setAutoCancel(true);
        builder.setShowWhen(true);
        builder.setWhen(now);
        builder.setContentIntent(tap(message, ""));
        for (PushMessage.Button button : message.buttons) {
            PendingIntent pressed =
                    button.action.equals(PushMessage.DISMISS) ? dismissal(message) : tap(message, button.action);
            builder.addAction(new Notification.Action.Builder((Icon) null, button.title, pressed).build());
        }
        return builder;
    }

    @SuppressWarnings("deprecation") // below API 26 there is no other way
    private Notification.Builder inChannel(PushMessage message) {
        if (Build.VERSION.SDK_INT < 26) {
            return new Notification.Builder(context)
                    .setPriority(message.importance - IMPORTANCE_DEFAULT)
                    .setDefaults(message.importance < IMPORTANCE_DEFAULT ? 0 : SOUND_AND_LIGHTS);
        }
        String id = message.channel == null ? CHANNEL : message.channel;
        String name = message.channel == null ? Strings.CHANNEL_NAME : message.channel;
        // The user's own choices about a channel that is there already stay.
        Newer.createChannel(manager, new NotificationChannel(id, name, message.importance));
        return Newer.notification(context, id);
    }

    private Notification.Style pictured(Bitmap image, PushMessage message) {
        return new Notification.BigPictureStyle().bigPicture(image).setSummaryText(message.body);
    }

    private PendingIntent tap(PushMessage message, String action) {
        Intent intent = NotificationTap.intent(context, message, action);
        return PendingIntent.getActivity(context, 0, intent, flags());
    }

    private PendingIntent dismissal(PushMessage message) {
        Intent intent = new Intent(context, DismissReceiver.class);
        intent.setData(NotificationTap.address(message.tag, PushMessage.DISMISS));
        intent.putExtra(NotificationTap.TAG, message.tag);
        return PendingIntent.getBroadcast(context, 0, intent, flags());
    }

    /** Immutable: whoever else sees it can't change what it opens. */
    private static int flags() {
        return PendingIntent.FLAG_UPDATE_CURRENT | PendingIntent.FLAG_IMMUTABLE;
    }

    /** The packager's, of the icon's monochrome layer. */
    private int smallIcon() {
        return context.getResources().getIdentifier("ic_notification", "drawable", context.getPackageName());
    }

    private CharSequence label() {
        return context.getApplicationInfo().loadLabel(context.getPackageManager());
    }

    private static NotificationManager manager(Context context) {
        return (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
    }
}
