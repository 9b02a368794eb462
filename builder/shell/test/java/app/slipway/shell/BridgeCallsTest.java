package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.app.Activity;
import android.content.Intent;
import android.os.Build;
import android.os.Bundle;
import android.print.PrintAttributes;
import android.print.PrintDocumentAdapter;
import android.print.PrintJob;
import android.print.PrintJobInfo;
import android.print.PrintManager;
import android.webkit.WebMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.fakes.RoboWebMessagePort;
import org.robolectric.shadows.ShadowActivity;
import org.robolectric.util.ReflectionHelpers;
import org.robolectric.util.ReflectionHelpers.ClassParameter;

/** What a page's calls over its port do, and what of them is refused. */
@Config(shadows = {Bridged.Window.class, BridgeCallsTest.Printers.class, BridgeCallsTest.Starts.class})
public final class BridgeCallsTest extends Bridged {
    /** Every call, with what it needs. */
    private static final String[][] CALLS = {
        {"push.permission", "null"},
        {"push.subscribe", "{\"tags\":[\"a\"]}"},
        {"push.unsubscribe", "{}"},
        {"push.state", "null"},
        {"push.setTags", "{\"tags\":[]}"},
        {"push.identify", "{\"token\":\"a.b.c\"}"},
        {"channels.redeem", "{\"code\":\"abcdefghijklmnopqrstuv\"}"},
        {"channels.list", "null"},
        {"channels.mute", "{\"id\":\"s1\",\"muted\":true}"},
        {"channels.leave", "{\"id\":\"s1\"}"},
        {"openSettings", "null"},
        {"share", "{\"text\":\"x\"}"},
        {"print", "null"},
    };

    @Implements(PrintManager.class)
    public static class Printers {
        static final List<String> printed = new ArrayList<>();
        static boolean isThere = true;

        @Implementation
        protected PrintJob print(String name, PrintDocumentAdapter adapter, PrintAttributes attributes) {
            if (!isThere) return null;
            printed.add(name);
            ClassParameter<?>[] of = {
                ClassParameter.from(PrintJobInfo.class, null), ClassParameter.from(PrintManager.class, null)
            };
            return ReflectionHelpers.callConstructor(PrintJob.class, of);
        }
    }

    /** No app answers, while there is none. */
    @Implements(Activity.class)
    public static class Starts extends ShadowActivity {
        static boolean isNone = false;
        static final List<Intent> started = new ArrayList<>();

        @Implementation
        protected void startActivity(Intent intent, Bundle options) {
            if (isNone) throw new android.content.ActivityNotFoundException();
            started.add(intent);
        }
    }

    private final PushWorld world = new PushWorld();
    private RoboWebMessagePort port = null;

    @After
    public void end() {
        world.after();
    }

    @Before
    public void begin() throws IOException {
        world.before();
        Printers.printed.clear();
        Printers.isThere = true;
        Starts.started.clear();
        Starts.isNone = false;
        port = bridge(HOME);
    }

    @Test
    public void answersEveryCall() {
        for (String[] call : CALLS) {
            Map<?, ?> answer = call(port, call[0], call[1]);
            assertFalse(answer.toString(), answer.containsKey("value") && answer.containsKey("error"));
            assertEquals(answer.containsKey("error"), answer.containsKey("message"));
        }
    }

    @Test
    public void refusesACallThatThereIsNotByItsName() {
        for (String name : new String[] {"push.send", "", "PUSH.PERMISSION", "__proto__", "\u00e4\ud800"}) {
            Map<?, ?> answer = call(port, name, "null");
            assertEquals("unsupported", answer.get("error"));
            assertTrue(answer.get("message").toString().endsWith("the call " + name));
        }
    }

    @Test
    public void passesOverWhatIsNoCall() {
        String deep = String.join("", Collections.nCopies(5000, "["));
        String large = String.join("", Collections.nCopies(PagePort.MAX_CALL, " "));
        String[] none = {
            "", "x", "{", "null", "7", "\"x\"", "[]", "{}", "{\"call\":\"print\"}", "{\"id\":\"1\",\"call\":\"print\"}",
            "{\"id\":null,\"call\":\"print\"}", "{\"id\":1,\"id\":2}", "\u0000", "\ud800", deep, "{\"id\":1,\"with\":" + deep,
            large + "{\"id\":1,\"call\":\"print\"}", "{\"id\":1,\"call\":\"print\"} x",
        };
        for (String text : none) say(port, text);
        RoboWebMessagePort ours = port.getConnectedPort();
        ours.getWebMessageCallback().onMessage(ours, new WebMessage(null)); // no text
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        assertEquals(Collections.emptyList(), Printers.printed);
        assertEquals("granted", call(port, "push.permission", "null").get("value"));
    }

    @Test
    public void refusesWhatACallIsNotMadeWith() {
        String[][] wrong = {
            {"push.subscribe", "[]"},
            {"push.subscribe", "\"x\""},
            {"push.subscribe", "{\"tags\":\"a\"}"},
            {"push.subscribe", "{\"tags\":[1]}"},
            {"push.setTags", "{}"},
            {"push.identify", "{}"},
            {"push.identify", "{\"token\":1}"},
            {"push.identify", "{\"token\":\"\"}"},
            {"push.setTags", "null"},
            {"push.setTags", "{\"tags\":[null]}"},
            {"channels.redeem", "null"},
            {"channels.redeem", "{\"code\":\"\"}"},
            {"channels.redeem", "{\"code\":[\"x\"]}"},
            {"channels.mute", "{\"id\":\"s1\"}"},
            {"channels.mute", "{\"id\":\"s1\",\"muted\":\"yes\"}"},
            {"channels.mute", "{\"id\":7,\"muted\":true}"},
            {"channels.leave", "{}"},
            {"share", "null"},
            {"share", "{}"},
            {"share", "{\"title\":\"x\"}"},
            {"share", "{\"text\":{}}"},
            {"share", "{\"text\":\"x\",\"url\":\"javascript:alert(1)\"}"},
            {"share", "{\"url\":\"//x\"}"},
        };
        for (String[] one : wrong) {
            Map<?, ?> answer = call(port, one[0], one[1]);
            assertEquals(one[0] + one[1] + answer, "invalid", answer.get("error"));
        }
        say(port, "{\"id\":7,\"call\":[]}");
        int last = port.getReceivedMessages().size() - 1;
        assertTrue(port.getReceivedMessages().get(last).contains("\"invalid\""));
        assertEquals(Collections.emptyList(), Starts.started);
    }

    @Test
    public void opensTheSettingsOfItsNotifications() {
        assertNull(call(port, "openSettings", "null").get("error"));
        Intent started = Starts.started.get(0);
        if (Build.VERSION.SDK_INT >= 26) {
            assertEquals("android.settings.APP_NOTIFICATION_SETTINGS", started.getAction());
            assertEquals("com.example.app", started.getStringExtra("android.provider.extra.APP_PACKAGE"));
        } else {
            assertEquals("android.settings.APPLICATION_DETAILS_SETTINGS", started.getAction());
            assertEquals("package:com.example.app", started.getDataString());
        }
    }

    @Test
    public void sharesTextAndAddressByAChoice() {
        String[][] shared = {
            {"{\"text\":\"Look \\ud83d\\udea2\\ud800\"}", "Look \ud83d\udea2\ud800"},
            {"{\"url\":\"https://www.example.com/x\"}", "https://www.example.com/x"},
            {"{\"text\":\"Look\",\"url\":\"https://www.example.com/x\"}", "Look\nhttps://www.example.com/x"},
        };
        for (String[] one : shared) {
            assertNull(call(port, "share", one[0]).get("error"));
            Intent chooser = Starts.started.remove(0);
            assertEquals(Intent.ACTION_CHOOSER, chooser.getAction());
            Intent send = chooser.getParcelableExtra(Intent.EXTRA_INTENT);
            assertEquals(Intent.ACTION_SEND, send.getAction());
            assertEquals("text/plain", send.getType());
            assertEquals(one[1], send.getStringExtra(Intent.EXTRA_TEXT));
            assertNull(send.getStringExtra(Intent.EXTRA_SUBJECT));
        }
        call(port, "share", "{\"title\":\"T\",\"text\":\"x\",\"files\":[{}]}");
        Intent send = Starts.started.get(0).getParcelableExtra(Intent.EXTRA_INTENT);
        assertEquals("T", send.getStringExtra(Intent.EXTRA_SUBJECT));
    }

    @Test
    public void printsThePage() {
        assertNull(call(port, "print", "null").get("error"));
        assertEquals(Arrays.asList("com.example.app"), Printers.printed);
        window().title = "Bill";
        call(port, "print", "null");
        assertEquals("Bill", Printers.printed.get(1));
    }

    @Test
    public void refusesWhatTheDeviceCannot() {
        Starts.isNone = true;
        Printers.isThere = false;
        for (String call : new String[] {"openSettings", "print"}) {
            assertEquals("unsupported", call(port, call, "null").get("error"));
        }
        assertEquals("unsupported", call(port, "share", "{\"text\":\"x\"}").get("error"));
    }

    /** A WebView throws where something is sent by a port that is closed. */
    @Test
    public void sendsNothingOnceThePageIsGone() {
        final List<String> sent = new ArrayList<>();
        RoboWebMessagePort ours =
                new RoboWebMessagePort() {
                    @Override
                    public void postMessage(WebMessage message) {
                        sent.add(message.getData());
                    }
                };
        List<Runnable> later = new ArrayList<>();
        Background.executor = later::add;
        PagePort page = new PagePort(activity(), web(), ours);
        page.onMessage(ours, new WebMessage("{\"id\":1,\"call\":\"push.unsubscribe\"}"));
        page.close();
        later.remove(0).run();
        page.tell("message", null);
        idle();
        assertEquals(Collections.emptyList(), sent);
    }

    /** Each waits for the user. */
    @Test
    @Config(minSdk = 33)
    public void letsACertainNumberOfCallsWait() {
        BridgePermissionTest.switchNotifications(activity(), false);
        for (int i = 0; i < PagePort.MAX_WAITING; i++) say(port, "{\"id\":" + i + ",\"call\":\"push.subscribe\"}");
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        assertEquals("too_many", call(port, "push.permission", "null").get("error"));
        answerPermissions();
        idle();
        assertEquals(PagePort.MAX_WAITING + 1, port.getReceivedMessages().size());
        assertEquals("default", call(port, "push.permission", "null").get("value"));
    }
}
