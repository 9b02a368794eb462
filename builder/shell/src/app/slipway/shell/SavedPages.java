package app.slipway.shell;

import android.os.Bundle;
import android.os.Parcel;
import android.webkit.WebView;
import java.util.ArrayList;
import java.util.List;

/** What is kept of the main window while the activity, or the whole process, is gone. Pages that it opened are not kept. */
final class SavedPages {
    private static final String HISTORY = "webview";
    private static final String ADDRESS = "address";
    private static final String OWNERS = "owners";
    /** The hosts that the start page led to. */
    private static final String LED = "led";
    /** Largest saved history, bytes: Android kills an app that hands over about 1 MB in all. */
    private static final int MAX_HISTORY = 256 * 1024;

    private SavedPages() {}

    /** What holds one address; null is the start page's. The owner may have chosen it, in a notification. */
    static Bundle of(String address, boolean isOwners) {
        Bundle saved = new Bundle();
        saved.putString(ADDRESS, address);
        saved.putBoolean(OWNERS, isOwners);
        return saved;
    }

    /** Keeps what was saved for an activity that could not show it. */
    static void keep(Bundle saved, Bundle out) {
        if (saved.getBundle(HISTORY) != null) out.putBundle(HISTORY, saved.getBundle(HISTORY));
        out.putString(ADDRESS, saved.getString(ADDRESS));
        out.putStringArrayList(LED, saved.getStringArrayList(LED));
    }

    /** Keeps the window's history, or if that is too long, its address only; an address alone may be too long, too. */
    static void save(Bundle out, WebView main, UrlPolicy policy) {
        Bundle history = new Bundle();
        main.saveState(history);
        Parcel parcel = Parcel.obtain();
        history.writeToParcel(parcel, 0);
        if (parcel.dataSize() <= MAX_HISTORY) out.putBundle(HISTORY, history);
        parcel.recycle();
        String address = main.getUrl();
        if (address != null && address.length() < MAX_HISTORY / 2) out.putString(ADDRESS, address); // of two bytes each
        out.putStringArrayList(LED, new ArrayList<>(policy.led()));
    }

    /** Brings back what was saved, which may be null. Returns whether that was a history, which the window then shows. */
    static boolean restore(Bundle saved, WebView main, UrlPolicy policy) {
        if (saved == null) return false;
        List<String> led = saved.getStringArrayList(LED);
        if (led != null) for (String host : led) policy.lead(host);
        Bundle history = saved.getBundle(HISTORY);
        return history != null && main.restoreState(history) != null;
    }

    static boolean isOwners(Bundle saved) {
        return saved != null && saved.getBoolean(OWNERS);
    }

    /** The address that was saved; null for the start page. */
    static String address(Bundle saved) {
        return saved == null ? null : saved.getString(ADDRESS);
    }
}
