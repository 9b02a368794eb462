package android.os;

import device.Device;

public class Build {
    public static class VERSION {
        public static final int SDK_INT = Device.LEVEL;
    }
}
