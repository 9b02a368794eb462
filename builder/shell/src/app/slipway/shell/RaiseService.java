package app.slipway.shell;

import android.app.Service;
import android.content.Intent;
import android.os.Binder;
import android.os.IBinder;

/** Empty: a distributor binds it so that the app may work while a message is handed over (UnifiedPush, AND_3). */
public final class RaiseService extends Service {
    @Override
    public IBinder onBind(Intent intent) {
        return new Binder();
    }
}
