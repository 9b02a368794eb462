package android.service.notification;

import android.app.Notification;
import device.Device;

public class StatusBarNotification {
    private final Device.Shown shown;

    public StatusBarNotification(Device.Shown shown) {
        this.shown = shown;
    }

    public String getTag() {
        return shown.tag;
    }

    public int getId() {
        return shown.id;
    }

    public Notification getNotification() {
        return shown.notification;
    }
}
