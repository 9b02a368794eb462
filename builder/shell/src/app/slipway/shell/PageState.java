package app.slipway.shell;

/**
 * What is known of one window: where it is going, where it is, and why no page is to be seen. An error page
 * of the WebView's own, which stands in for one that did not come, is no page.
 */
final class PageState {
    private String target = null;
    private String address = null;
    private String failure = null;
    private boolean hasPage = false;
    /** Whether something has come since the app last sent the window anywhere, shown or not yet. */
    private boolean hasCome = false;
    /** Whether the user has touched the window, which a page may have filled without an address. */
    private boolean isTouched = false;
    private boolean isOnPage = false;
    /** Whether the app sent the window to the start page, and to nothing else since. */
    private boolean isStart = false;

    /** The address last asked for, or null. */
    String target() {
        return target;
    }

    void setTarget(String url) {
        target = url;
    }

    /** The app sends the window to an address: to the start page, or on to where that led. */
    void onSent(String url, boolean toStart) {
        isStart = toStart || isStart && url.equals(target);
        hasCome = false;
        target = url;
    }

    boolean isStart() {
        return isStart;
    }

    /** Where the window is, for when it must be made anew; where it was going, if nothing has come yet; or null. */
    String address() {
        return address == null ? target : address;
    }

    /** Why the page can't be shown; null when it can. */
    String failure() {
        return failure;
    }

    /** Whether the window has shown any page. */
    boolean hasPage() {
        return hasPage;
    }

    /** Whether there is nothing to stay at, when what the window was going to opens elsewhere. */
    boolean isEmpty() {
        return !hasPage && !hasCome;
    }

    /** Whether what failed never replaced a page, which is still there behind it. */
    boolean isFailureOverPage() {
        return failure != null && isOnPage;
    }

    void onStarted(String url) {
        target = url;
        failure = null;
    }

    /** The window is at this address, by whatever came from it or by the page's own word (pushState). */
    void onAddress(String url) {
        address = url;
        if (failure == null && !url.startsWith("about:")) hasCome = true;
    }

    void onTouched() {
        isTouched = true;
    }

    /** The user tapped what leads elsewhere: here, if the window was touched at all, and not where it was opened. */
    void onTapped() {
        hasCome |= isTouched;
    }

    /** What came is on the screen: the page, unless loading it failed. */
    void onShown() {
        if (failure != null) return;
        hasPage = true;
        isOnPage = true;
    }

    /** Loading failed; an error page takes the place of what was there. */
    void onReplaced(String why) {
        failure = why;
        isOnPage = false;
        hasCome = false; // by whichever the WebView tells of first, the error page's address or the error
    }

    /** Loading was refused; what was there stays. */
    void onRefused(String why) {
        failure = why;
    }

    /** What the window was going to is a file: it stays where it is. */
    void onDownload() {
        target = address;
    }

    /** The user goes back from what failed. */
    void onGivenUp() {
        target = address;
        failure = null;
    }
}
