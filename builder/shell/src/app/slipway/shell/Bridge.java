package app.slipway.shell;

import android.content.pm.PackageManager;
import android.net.Uri;
import android.webkit.ValueCallback;
import android.webkit.WebMessage;
import android.webkit.WebMessagePort;
import android.webkit.WebView;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One window's end of `window.slipway` (browser/bridge.ts). A page of an own host over https gets a script that waits for
 * a port, and then the port, by which it can call: both reach the main frame alone, the port one exact origin. A page may
 * have given way to another before either arrives, so the script looks where it is and says what it found.
 */
final class Bridge {
    private static final int NONCE_BYTES = 16;
    /** The script, once it was read. */
    private static String source = null;

    private final MainActivity activity;
    private final WebView view;
    /** Of the last run of the script; its answer counts while this is it. */
    String nonce = null;
    /** The page that has a port, and the nonce that came with it; null for none. */
    private PagePort page = null;
    private String held = null;
    /** The app is about to show another page here. */
    private boolean isLeaving = false;

    Bridge(MainActivity activity, WebView view) {
        this.activity = activity;
        this.view = view;
    }

    /** To be called when the app loads something else into the window. */
    void onLeaving() {
        isLeaving = true;
    }

    /**
     * A page came, or the one that is there gave itself another address, or a frame did: old WebViews tell of those too, so
     * the window itself is asked where it is.
     */
    void onAddress() {
        final String origin = activity.policy.bridgeOrigin(view.getUrl());
        if (origin == null) {
            close();
            return;
        }
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        final String given = Base64Url.encode(random);
        nonce = given;
        view.evaluateJavascript(
                script(given, origin),
                new ValueCallback<String>() {
                    @Override
                    public void onReceiveValue(String found) {
                        if (given.equals(nonce)) onRun(origin, found);
                    }
                });
    }

    /** Takes the nonce of the port that the page has, as JSON: "" for none yet, null where it is to get none. */
    void onRun(String origin, String found) {
        if (found == null || !found.startsWith("\"")) {
            close(); // an error page, or one that came since: then its turn is next
            return;
        }
        if (!found.equals("\"" + held + "\"")) open(origin);
        isLeaving = false;
        PageEvents.onPage();
    }

    private void open(String origin) {
        String given = nonce;
        close();
        WebMessagePort[] ports = view.createWebMessageChannel();
        page = new PagePort(activity, view, ports[0]);
        held = given;
        WebMessage message = new WebMessage(given, new WebMessagePort[] {ports[1]});
        view.postWebMessage(message, Uri.parse(origin));
    }

    /** What the app loaded into the window is no page: the one that is there stays. */
    void onStayed() {
        isLeaving = false;
        PageEvents.onPage();
    }

    /** Ends the page's port, if it has one: nothing comes from it or goes to it any more. */
    void close() {
        nonce = null;
        held = null;
        if (page != null) page.close();
        page = null;
    }

    /** The page that a click is for, or null while there is none. */
    PagePort pageForClicks() {
        return isLeaving ? null : page;
    }

    /** Tells the page, if there is one with a port. */
    void tell(String event, Object value) {
        if (page != null) page.tell(event, value);
    }

    /** The packager's script, called with what it needs. */
    private String script(String given, String origin) {
        if (source == null) source = Assets.read(activity, "slipway.js");
        Map<String, Object> app = new LinkedHashMap<>();
        String name = activity.getPackageName();
        app.put("package", name);
        app.put("version", "");
        try {
            app.put("version", activity.getPackageManager().getPackageInfo(name, 0).versionName);
        } catch (PackageManager.NameNotFoundException gone) { // being uninstalled
        }
        return source + "(window," + JsonWriter.value(given) + "," + JsonWriter.value(origin) + ","
                + JsonWriter.value(app) + ")";
    }
}
