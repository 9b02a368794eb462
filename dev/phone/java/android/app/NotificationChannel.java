package android.app;

public final class NotificationChannel {
    final String id;
    final CharSequence name;

    public NotificationChannel(String id, CharSequence name, int importance) {
        this.id = id;
        this.name = name;
    }
}
