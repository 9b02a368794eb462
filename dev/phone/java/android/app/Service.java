package android.app;

import android.content.ContextWrapper;
import android.content.Intent;
import android.os.IBinder;

/** Nobody binds or starts one on this phone. */
public abstract class Service extends ContextWrapper {
    public abstract IBinder onBind(Intent intent);
}
