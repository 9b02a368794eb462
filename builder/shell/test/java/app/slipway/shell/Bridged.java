package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.net.Uri;
import android.os.Looper;
import android.print.PrintDocumentAdapter;
import android.webkit.ValueCallback;
import android.webkit.WebMessage;
import android.webkit.WebView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Before;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.fakes.RoboWebMessagePort;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowWebView;

/**
 * The app is open, and its WebViews remember the bridge's script and the ports that they are to hand to their pages. What
 * the script would do in a page the tests do: it has tests of its own (test/browser).
 */
@Config(shadows = Bridged.Window.class)
public abstract class Bridged extends Opened {
    /** What the script says where there is no port yet. */
    static final String NONE = "\"\"";
    /** Where it is in a page that gets none. */
    static final String REFUSED = "null";

    /** A run of the script. */
    static final class Run {
        private static final Pattern CALL = Pattern.compile("\\)\\(\\)\\(window,\"([\\w-]{22})\",(\".*?\"),(\\{.*\\})\\)$");

        final ValueCallback<String> answer;
        final String nonce;
        final String origin;
        final Map<?, ?> app;

        Run(String script, ValueCallback<String> answer) {
            this.answer = answer;
            Matcher call = CALL.matcher(script);
            assertTrue(script, call.find());
            nonce = call.group(1);
            origin = (String) Json.parse(call.group(2));
            app = (Map<?, ?>) Json.parse(call.group(3));
        }

        void finds(String what) {
            answer.onReceiveValue(what);
        }
    }

    @Implements(WebView.class)
    public static class Window extends ShadowWebView {
        final List<Run> runs = new ArrayList<>();
        final List<WebMessage> sent = new ArrayList<>();
        final List<Uri> targets = new ArrayList<>();
        String title = null;
        /** Where the window is; null for where Robolectric has it. */
        String address = null;

        @Override
        @Implementation
        protected void evaluateJavascript(String script, ValueCallback<String> answer) {
            if (script.contains("slipway-ready")) runs.add(new Run(script, answer));
            else super.evaluateJavascript(script, answer);
        }

        @Implementation
        protected void postWebMessage(WebMessage message, Uri target) {
            sent.add(message);
            targets.add(target);
        }

        @Override
        @Implementation
        protected String getUrl() {
            return address == null ? super.getUrl() : address;
        }

        @Implementation
        protected String getTitle() {
            return title;
        }

        @Implementation
        protected PrintDocumentAdapter createPrintDocumentAdapter(String name) {
            return null;
        }

        /** The last run of the script. */
        Run run() {
            return runs.get(runs.size() - 1);
        }

        /** The page's end of the last port. */
        RoboWebMessagePort port() {
            return (RoboWebMessagePort) sent.get(sent.size() - 1).getPorts()[0];
        }
    }

    @Before
    public void forgetTaps() {
        ((List<?>) org.robolectric.util.ReflectionHelpers.getStaticField(PageEvents.class, "taps")).clear();
    }

    Window window() {
        return window(web());
    }

    static Window window(WebView view) {
        return Shadow.extract(view);
    }

    @Override
    void show(WebView view, String url) {
        window(view).address = url;
        super.show(view, url);
    }

    /** The window is at another address, without a page that came. */
    void move(WebView view, String url) {
        window(view).address = url;
        client(view).doUpdateVisitedHistory(view, url, false);
    }

    /** A page comes, whose script has no port yet. Returns the page's port. */
    RoboWebMessagePort bridge(WebView view, String url) {
        int before = window(view).sent.size();
        show(view, url);
        window(view).run().finds(NONE);
        assertEquals(before + 1, window(view).sent.size());
        return window(view).port();
    }

    RoboWebMessagePort bridge(String url) {
        return bridge(web(), url);
    }

    /** What came over the port: the last, which is the only one since `before` others. */
    static Map<?, ?> heard(RoboWebMessagePort port, int before) {
        idle();
        assertEquals(port.getReceivedMessages().toString(), before + 1, port.getReceivedMessages().size());
        return (Map<?, ?>) Json.parse(port.getReceivedMessages().get(before));
    }

    /** The page calls; returns the answer, which comes at once. */
    static Map<?, ?> call(RoboWebMessagePort port, String call, String with) {
        int before = port.getReceivedMessages().size();
        say(port, "{\"id\":7,\"call\":" + JsonWriter.value(call) + ",\"with\":" + with + "}");
        Map<?, ?> answer = heard(port, before);
        assertEquals(7.0, answer.get("id"));
        return answer;
    }

    static void say(RoboWebMessagePort port, String text) {
        port.postMessage(new WebMessage(text));
        idle();
    }

    static void idle() {
        shadowOf(Looper.getMainLooper()).idle();
    }
}
