package android.app;

import android.service.notification.StatusBarNotification;
import device.Device;
import java.util.ArrayList;
import java.util.List;

public class NotificationManager {
    public boolean areNotificationsEnabled() {
        return Device.mayNotify && Device.app.permissions.contains("android.permission.POST_NOTIFICATIONS");
    }

    public void createNotificationChannel(NotificationChannel channel) {
        Device.addChannel(channel.id, channel.name);
    }

    public void notify(String tag, int id, Notification notification) {
        if (notification.smallIcon == 0) throw new IllegalArgumentException("no valid small icon");
        Device.show(tag, id, notification);
    }

    public void cancel(String tag, int id) {
        Device.cancel(tag, id);
    }

    public StatusBarNotification[] getActiveNotifications() {
        List<StatusBarNotification> active = new ArrayList<>();
        for (Device.Shown one : Device.shown()) active.add(new StatusBarNotification(one));
        return active.toArray(new StatusBarNotification[0]);
    }
}
