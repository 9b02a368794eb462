package app.slipway.shell;

import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.widget.Toast;
import java.net.URISyntaxException;

/**
 * Opens addresses outside the app. A page can reach only what a browser would let it reach: activities that
 * declare themselves BROWSABLE, never one named by class, and with no rights to anyone's files.
 */
final class ExternalLinks {
    /** What makes a tab of a browser's answer (developer.chrome.com, "Custom Tabs low level API"): there, though it is null. */
    private static final String SESSION = "android.support.customtabs.extra.SESSION";
    private static final String TOOLBAR_COLOR = "android.support.customtabs.extra.TOOLBAR_COLOR";

    private final MainActivity activity;

    ExternalLinks(MainActivity activity) {
        this.activity = activity;
    }

    /**
     * Opens an address where the verdict says, if that is not inside: web addresses in a tab of the browser above this app, or in
     * the browser, of which those that the person wanted may be an app's that owns them; tel:, mailto:, intent: and the like in
     * the app made for it. Returns null when that is done, or the web address to open instead, which an intent: may name for
     * when no app answers.
     */
    String open(String url, UrlPolicy.Verdict verdict, boolean wanted) {
        if (verdict == UrlPolicy.Verdict.EXTERNAL_APP) return openApp(url);
        boolean asTab = verdict == UrlPolicy.Verdict.CUSTOM_TAB;
        if (!asTab && verdict != UrlPolicy.Verdict.BROWSER) return null;
        Intent intent = view(url);
        if (asTab) {
            Bundle extras = new Bundle();
            extras.putBinder(SESSION, null);
            extras.putInt(TOOLBAR_COLOR, activity.config.themeColor);
            intent.putExtras(extras);
        }
        if (!start(intent, asTab ? 0 : Intent.FLAG_ACTIVITY_NEW_TASK, !wanted || isOwn(intent))) say(Strings.NO_APP);
        return null;
    }

    private String openApp(String url) {
        IntentUri fallback = IntentUri.parse(url);
        if (start(intentOf(url), Intent.FLAG_ACTIVITY_NEW_TASK, false)) return null;
        if (fallback != null && fallback.fallbackUrl != null) return fallback.fallbackUrl;
        String app = fallback == null ? null : fallback.packageName;
        if (app == null || !start(store(app), Intent.FLAG_ACTIVITY_NEW_TASK, false)) say(Strings.NO_APP);
        return null;
    }

    /** The intent that an address stands for, or null when it is broken. */
    private static Intent intentOf(String url) {
        WebAddress address = WebAddress.parse(url);
        if (address == null) return null;
        if (!address.scheme.equals("intent")) return view(url);
        try {
            return Intent.parseUri(url, Intent.URI_INTENT_SCHEME);
        } catch (URISyntaxException | RuntimeException broken) {
            return null;
        }
    }

    private static Intent store(String packageName) {
        return view("market://details?id=" + Uri.encode(packageName));
    }

    private static Intent view(String url) {
        return new Intent(Intent.ACTION_VIEW, Uri.parse(url).normalizeScheme());
    }

    /** `flags` replace all others: none of the page's grants. With `inBrowser`, no other app gets it. */
    private boolean start(Intent intent, int flags, boolean inBrowser) {
        if (intent == null || UrlPolicy.isBlocked(intent.getScheme())) return false;
        if (activity.getPackageName().equals(intent.getPackage())) return false;
        intent.addCategory(Intent.CATEGORY_BROWSABLE);
        intent.setComponent(null);
        intent.setSelector(null);
        // Else a page could subscribe the user to a channel by leading out of the app and in again.
        if (inBrowser || activity.codes.isOne(intent.getDataString())) {
            intent.setPackage(null);
            intent.setSelector(new Intent(Intent.ACTION_MAIN).addCategory(Intent.CATEGORY_APP_BROWSER));
        }
        intent.setClipData(null);
        intent.setFlags(flags);
        try {
            activity.startActivity(intent);
            return true;
        } catch (RuntimeException refused) { // no such app, not exported, or too large to send
            return false;
        }
    }

    /** Whether Android would bring an address back to this app, which owns its host: a sign-in may end where it begins. */
    private boolean isOwn(Intent intent) {
        Intent own = new Intent(intent).setPackage(activity.getPackageName());
        return own.resolveActivity(activity.getPackageManager()) != null;
    }

    private void say(String text) {
        Toast.makeText(activity, text, Toast.LENGTH_LONG).show();
    }
}
