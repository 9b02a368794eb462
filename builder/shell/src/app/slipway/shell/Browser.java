package app.slipway.shell;

import android.os.Bundle;
import android.os.SystemClock;
import android.view.ViewGroup;
import android.webkit.HttpAuthHandler;
import android.webkit.ValueCallback;
import android.webkit.WebView;
import java.util.ArrayList;
import java.util.List;

/**
 * The windows of the app: the main one, and above it those that pages opened (target=_blank, window.open),
 * the last of which is on the screen. A failed page is covered by the failure view until it loads.
 */
final class Browser {
    /** Windows open at once: each costs memory, and a page could open them without end. */
    private static final int MAX_WINDOWS = 5;
    /** A second crash within this time, ms, is not answered by loading the page again and again. */
    private static final long CRASH_INTERVAL = 30_000;

    private final MainActivity activity;
    final InsetsLayout root;
    private final List<WebView> windows = new ArrayList<>();
    private final List<PageClient> clients = new ArrayList<>();
    final int webViewVersion;
    private boolean touched = false;
    private long lastCrash = -CRASH_INTERVAL;

    /** Makes the main window. Throws a RuntimeException when the device has no WebView at the moment. */
    Browser(MainActivity activity, InsetsLayout root) {
        this.activity = activity;
        this.root = root;
        webViewVersion = WebViews.version(activity);
        insert(0);
        PageEvents.opened(this);
    }

    /** Shows the saved pages, or the start page when there are none. */
    void start(Bundle saved) {
        if (!SavedPages.restore(saved, main(), activity.policy)) {
            String address = SavedPages.address(saved);
            load(main(), address == null ? activity.config.url : address, SavedPages.isOwners(saved));
        }
        onBackChanged(); // the pages that were restored may never come, as without a network
    }

    void save(Bundle out) {
        SavedPages.save(out, main(), activity.policy);
    }

    void load(WebView view, String url) {
        load(view, url, false);
    }

    /** The owner chose the address: where it leads to is inside, as for the start page. */
    private void load(WebView view, String url, boolean isOwners) {
        if (!windows.contains(view)) return;
        String secured = activity.policy.secured(url);
        state(view).onSent(secured, isOwners || url.equals(activity.config.url));
        bridge(view).onLeaving();
        activity.passwords.onPageGone(view);
        view.loadUrl(secured);
    }

    /** Opens an address in the main window, in place of all that pages opened above it. */
    void open(String url) {
        while (windows.size() > 1) close(top());
        if (!windows.isEmpty()) load(main(), url);
    }

    /** Loads the failed page on the screen again. */
    void retry() {
        retry(top());
    }

    /**
     * There is a network (again): loads what failed, also behind the window on the screen. Not what crashed or is elsewhere,
     * since this is said at each return to the app.
     */
    void onOnline() {
        for (WebView view : windows) {
            String why = state(view).failure();
            if (why != null && !why.equals(Strings.CRASHED) && !why.equals(Strings.ELSEWHERE)) retry(view);
        }
    }

    private void retry(WebView view) {
        String target = state(view).target();
        if (target == null) load(view, activity.config.url);
        else if (target.equals(view.getUrl())) view.reload();
        else load(view, target); // it never got as far as being the window's page
    }

    boolean canGoBack() {
        if (windows.isEmpty()) return false;
        return activity.fullscreen.isShowing() || isOverPage() || windows.size() > 1 || main().canGoBack();
    }

    /** One step back: out of full screen, to the page behind, through the window's pages, out of the window. */
    void goBack() {
        if (windows.isEmpty()) return;
        if (activity.fullscreen.isShowing()) activity.fullscreen.hide();
        else if (isOverPage()) uncover();
        else if (top().canGoBack()) leave();
        else close(top());
        onBackChanged();
    }

    /** A new window above the others; null when there are too many, or the device has no WebView any more. */
    WebView openWindow() {
        if (windows.size() >= MAX_WINDOWS) return null;
        WebView view;
        try {
            view = insert(windows.size());
        } catch (RuntimeException noWebView) {
            return null;
        }
        activity.failure.hide();
        activity.fullscreen.hide(); // it would lie above the window
        onBackChanged();
        return view;
    }

    /**
     * A window that shows no page yet was led elsewhere, or to a file: one that a page opened closes, and the main one shows the
     * start page, or that even this one opens elsewhere.
     */
    void onElsewhere(WebView view) {
        int index = windows.indexOf(view);
        if (index > 0) close(view);
        if (index != 0) return;
        if (state(view).isStart()) {
            state(view).onReplaced(Strings.ELSEWHERE);
            showFailure(view);
        } else {
            load(view, activity.config.url);
        }
    }

    /** What a page led to is a file: its window stays where it is, or closes if it was opened for that alone. */
    void download(PageClient client, String url, String agent, String disposition, String mediaType) {
        int index = clients.indexOf(client);
        if (index < 0) return;
        WebView view = windows.get(index);
        client.state.onDownload();
        if (client.state.isEmpty()) onElsewhere(view);
        else client.bridge.onStayed();
        activity.downloads.start(windows.contains(view) ? view : top(), url, agent, disposition, mediaType);
    }

    /** A server wants a name and a password for what a window loads. */
    void askPassword(WebView view, HttpAuthHandler handler, String host, String realm) {
        if (isTop(view)) activity.passwords.ask(view, handler, host, realm);
        else handler.cancel();
    }

    /** Closes a window; the main one stays, whatever its page says. */
    void close(WebView view) {
        if (windows.indexOf(view) < 1) return;
        remove(view);
        onTopChanged();
    }

    /** The user tapped a link in one of the app's own pages: it may lead to a channel's code. */
    boolean takeCode(String url) {
        return activity.codes.tapped(url);
    }

    void onPageShown(WebView view) {
        settle(view);
        if (!isTop(view)) return;
        if (state(view).failure() == null) activity.failure.hide();
        checkInsets(view);
    }

    private static void settle(WebView view) {
        if (view instanceof PullView) ((PullView) view).settle();
    }

    void onHistoryChanged(boolean isReload) {
        if (touched && !isReload) activity.notifications.onPageChosen();
        onBackChanged();
    }

    /** The user has done something: what the pages did before was their own doing. */
    void onTouched() {
        touched = true;
        if (windows.isEmpty()) return;
        state(top()).onTouched();
        onBackChanged(); // WebViews don't tell of what frames add to the history
    }

    void onBackChanged() {
        activity.onBackChanged(canGoBack());
    }

    void onUnreachable(WebView view) {
        if (!windows.contains(view)) return;
        state(view).onReplaced(activity.network.isOnline() ? Strings.UNREACHABLE : Strings.OFFLINE);
        showFailure(view);
    }

    void onInsecure(WebView view) {
        if (!windows.contains(view)) return;
        state(view).onRefused(Strings.INSECURE);
        showFailure(view);
    }

    /** The WebView is of no use any more: a page's window closes, the main one is made anew. */
    void onRendererGone(WebView view) {
        int index = windows.indexOf(view);
        if (index < 0) return;
        String address = state(view).address();
        remove(view);
        if (index > 0) {
            onTopChanged();
            return;
        }
        long now = SystemClock.elapsedRealtime();
        boolean again = now - lastCrash < CRASH_INTERVAL;
        lastCrash = now;
        try {
            insert(0);
        } catch (RuntimeException noWebView) {
            destroy();
            activity.onNoWebView(address);
            return;
        }
        state(main()).setTarget(address);
        if (again) state(main()).onReplaced(Strings.CRASHED);
        else load(main(), address == null ? activity.config.url : address);
        showFailure(main());
    }

    /** Takes on a configuration that changed; the WebViews themselves see to all else. */
    void onConfigurationChanged() {
        for (WebView view : windows) WebViews.scaleText(view, activity.config);
    }

    void resume() {
        for (WebView view : windows) view.onResume();
    }

    void pause() {
        for (WebView view : windows) view.onPause();
    }

    /** The page on the screen, if it can hear of taps; or null. */
    PagePort pageForClicks() {
        return windows.isEmpty() ? null : bridge(top()).pageForClicks();
    }

    /** Tells the pages of all windows. */
    void tell(String event, Object value) {
        for (PageClient client : clients) client.bridge.tell(event, value);
    }

    void destroy() {
        PageEvents.closed(this);
        while (!windows.isEmpty()) remove(top());
    }

    private WebView main() {
        return windows.get(0);
    }

    private WebView top() {
        return windows.get(windows.size() - 1);
    }

    boolean isTop(WebView view) {
        return !windows.isEmpty() && view == top();
    }

    private PageState state(WebView view) {
        return clients.get(windows.indexOf(view)).state;
    }

    private Bridge bridge(WebView view) {
        return clients.get(windows.indexOf(view)).bridge;
    }

    /** The window above was closed: this one is as it was left, or as it became meanwhile. */
    private void onTopChanged() {
        activity.failure.hide();
        top().requestFocus();
        showFailure(top());
        checkInsets(top());
        PageEvents.onPage();
    }

    /** Covers a window on the screen whose page failed; one behind it is covered when its turn comes. */
    private void showFailure(WebView view) {
        String why = state(view).failure();
        if (isTop(view) && why != null) activity.failure.show(why);
        onBackChanged();
    }

    /** Shows the page that is still there behind the failure. */
    private void uncover() {
        state(top()).onGivenUp();
        activity.failure.hide();
        bridge(top()).onStayed();
    }

    /** To the window's page before; a failure stays in view until that one is. */
    private void leave() {
        state(top()).onGivenUp();
        top().goBack();
    }

    private boolean isOverPage() {
        return state(top()).isFailureOverPage();
    }

    /** Asks the page on the screen whether it handles the insets. */
    private void checkInsets(final WebView view) {
        view.evaluateJavascript(
                InsetsPolicy.ASKS_FOR_SCREEN,
                new ValueCallback<String>() {
                    @Override
                    public void onReceiveValue(String asks) {
                        if (!isTop(view)) return;
                        root.setPageHandles(InsetsPolicy.pageHandles(webViewVersion, "true".equals(asks)));
                    }
                });
    }

    private WebView insert(int index) {
        WebView view = WebViews.create(activity, activity.config);
        Bridge bridge = new Bridge(activity, view);
        PageClient client = new PageClient(this, activity.policy, activity.links, bridge, index > 0);
        view.setWebViewClient(client);
        view.setWebChromeClient(new PageChrome(this, activity.fullscreen, activity.files, activity.grants));
        view.setDownloadListener(client);
        windows.add(index, view);
        clients.add(index, client);
        int fill = ViewGroup.LayoutParams.MATCH_PARENT;
        root.addView(view, index, new ViewGroup.LayoutParams(fill, fill));
        top().requestFocus(); // else keys go to the window behind
        return view;
    }

    private void remove(WebView view) {
        int index = windows.indexOf(view);
        settle(view);
        if (isTop(view)) activity.fullscreen.hide(); // it is its video
        activity.files.onPageGone(view);
        activity.passwords.onPageGone(view);
        windows.remove(index);
        clients.remove(index).bridge.close();
        root.removeView(view);
        view.destroy();
    }
}
