package app.slipway.shell;

import android.os.Bundle;
import android.webkit.WebChromeClient.CustomViewCallback;
import org.robolectric.Robolectric;

/** An open app whose activity Android makes anew: what the manifest declares doesn't do that any more. */
public abstract class Remade extends Opened {
    /** In the same process. */
    void recreate() {
        controller.recreate();
        controller.visible(); // a window of its own, which the controller forgets
    }

    /** Android ends the process while the app is out of sight, and the user comes back to it. */
    void endAndOpen() {
        Bundle state = new Bundle();
        controller.pause().stop().saveInstanceState(state).destroy();
        controller = Robolectric.buildActivity(MainActivity.class).setup(state);
    }

    /** Remembers that it was told of the end of a full screen. */
    static final class Ended implements CustomViewCallback {
        boolean told = false;

        @Override
        public void onCustomViewHidden() {
            told = true;
        }
    }
}
