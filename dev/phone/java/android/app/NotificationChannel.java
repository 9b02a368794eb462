package android.app;

public final class NotificationChannel {
    final String id;
    final CharSequence name;

    public NotificationChannel(String id, CharSequence name, int importance) {
        if (name == null || name.length() == 0) throw new IllegalArgumentException("a channel needs a name");
        this.id = id;
        this.name = name;
    }
}
