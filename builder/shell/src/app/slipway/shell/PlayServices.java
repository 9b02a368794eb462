package app.slipway.shell;

import android.content.Context;
import android.content.Intent;
import android.os.Handler;
import android.os.Looper;
import android.os.Message;
import android.os.Messenger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks Play services for a Web Push address, as browsers do and without a project of Google's. Google documents none of
 * it: it is known from what Google's own client sends, and not tried on a device. The answer comes to the messenger, or to
 * PlayServicesReceiver.
 */
final class PlayServices {
    static final String PACKAGE = "com.google.android.gms";
    /** What stands before our own id of a subscription. */
    static final String SUBTYPE_PREFIX = "wp:";
    private static final String REQUEST = "com.google.iid.TOKEN_REQUEST";
    private static final String NOBODY = "com.google.example.invalidpackage";
    /** The push service's address, which the token is added to. */
    private static final String ENDPOINT = "https://fcm.googleapis.com/fcm/send/";
    /** The answer repeats the number of the request: `|ID|1|:token`. */
    private static final Pattern NUMBERED = Pattern.compile("\\|ID\\|[^|]*\\|:?(.*)", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_:%.-]{1,900}");

    private PlayServices() {}

    /** Whether there is something on this device that takes the request. */
    static boolean areThere(Context context) {
        return !context.getPackageManager().queryBroadcastReceivers(request(), 0).isEmpty();
    }

    /** Asks for an address to push to, for messages that this VAPID key signs. */
    static void register(final Context context, String instance, String vapid) {
        Handler answers =
                new Handler(Looper.getMainLooper()) {
                    @Override
                    public void handleMessage(Message message) {
                        if (!(message.obj instanceof Intent)) return;
                        final String endpoint = endpoint((Intent) message.obj);
                        Background.run(
                                new Runnable() {
                                    @Override
                                    public void run() {
                                        take(context, endpoint);
                                    }
                                });
                    }
                };
        String subtype = SUBTYPE_PREFIX + instance;
        Intent intent = request();
        intent.putExtra("scope", "GCM");
        intent.putExtra("sender", vapid);
        intent.putExtra("subscription", vapid);
        intent.putExtra("X-subscription", vapid);
        intent.putExtra("subtype", subtype);
        intent.putExtra("X-subtype", subtype);
        intent.putExtra("app", UnifiedPush.identity(context, NOBODY));
        intent.putExtra("kid", "|ID|1|");
        intent.putExtra("google.messenger", new Messenger(answers));
        context.sendBroadcast(intent);
    }

    /** Takes what an answer said, wherever it came: an address, or null. */
    static void take(Context context, String endpoint) {
        PushPaths paths = new PushPaths(context);
        if (endpoint == null) paths.onRefused();
        else paths.onEndpoint(PushPaths.PLAY_SERVICES, endpoint);
    }

    /** The address that an answer grants; null for none. */
    static String endpoint(Intent answer) {
        String token = text(answer, "registration_id");
        if (token == null) return null;
        Matcher numbered = NUMBERED.matcher(token);
        if (numbered.matches()) token = numbered.group(1);
        return TOKEN.matcher(token).matches() ? ENDPOINT + token : null;
    }

    /** A text in an intent from outside; null for none, and where Android can't read what is beside it. */
    static String text(Intent intent, String name) {
        try {
            return intent.getStringExtra(name);
        } catch (RuntimeException broken) { // extras of a class that there is not
            return null;
        }
    }

    private static Intent request() {
        return new Intent(REQUEST).setPackage(PACKAGE);
    }
}
