package android.content.pm;

import device.Device;

public class ApplicationInfo {
    public CharSequence loadLabel(PackageManager packages) {
        return Device.app.label;
    }
}
