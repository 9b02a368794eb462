package app.slipway.shell;

import java.io.IOException;
import org.junit.After;
import org.junit.Before;

/** What tests of an app with push begin with: it is open, and meets the API and the apps that bring pushes from then on. */
public abstract class OpenedInWorld extends Opened {
    /** No rule: it begins once the activity is open, which meets no world. */
    final PushWorld world = new PushWorld();

    @Before
    public void beginWorld() throws IOException {
        world.before();
    }

    @After
    public void endWorld() {
        world.after();
    }
}
