package android.content.res;

import device.Device;

public class Resources {
    /** 0 for one that there is not. */
    public int getIdentifier(String name, String type, String packageName) {
        boolean isThere = type.equals("drawable") && Device.app.drawables.contains(name);
        return isThere && packageName.equals(Device.app.packageName) ? 0x7f010001 : 0;
    }
}
