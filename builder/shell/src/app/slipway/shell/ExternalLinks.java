package app.slipway.shell;

import android.content.Intent;
import android.net.Uri;
import android.widget.Toast;
import java.net.URISyntaxException;

/**
 * Opens addresses outside the app. A page can reach only what a browser would let it reach: activities that
 * declare themselves BROWSABLE, never one named by class, and with no rights to anyone's files.
 */
final class ExternalLinks {
    private final MainActivity activity;

    ExternalLinks(MainActivity activity) {
        this.activity = activity;
    }

    /** Opens a web address in the browser, or the app that owns it. */
    void openInBrowser(String url) {
        if (!start(view(url))) say(Strings.NO_APP);
    }

    /**
     * Opens tel:, mailto:, intent: and the like in the app made for it. Returns null when that is done, or
     * the web address to open instead, which an intent: may name for when no app answers.
     */
    String openApp(String url) {
        IntentUri fallback = IntentUri.parse(url);
        if (start(intentOf(url))) return null;
        if (fallback != null && fallback.fallbackUrl != null) return fallback.fallbackUrl;
        String app = fallback == null ? null : fallback.packageName;
        if (app == null || !start(store(app))) say(Strings.NO_APP);
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

    private boolean start(Intent intent) {
        if (intent == null || UrlPolicy.isBlocked(intent.getScheme())) return false;
        if (activity.getPackageName().equals(intent.getPackage())) return false;
        intent.addCategory(Intent.CATEGORY_BROWSABLE);
        intent.setComponent(null);
        intent.setSelector(null);
        // Else a page could subscribe the user to a channel by leading out of the app and in again.
        if (activity.codes.isOne(intent.getDataString())) {
            intent.setPackage(null);
            intent.setSelector(new Intent(Intent.ACTION_MAIN).addCategory(Intent.CATEGORY_APP_BROWSER));
        }
        intent.setClipData(null);
        intent.setFlags(Intent.FLAG_ACTIVITY_NEW_TASK); // replaces all others: none of the page's grants
        try {
            activity.startActivity(intent);
            return true;
        } catch (RuntimeException refused) { // no such app, not exported, or too large to send
            return false;
        }
    }

    private void say(String text) {
        Toast.makeText(activity, text, Toast.LENGTH_LONG).show();
    }
}
