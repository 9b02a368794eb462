package app.slipway.shell;

import static app.slipway.shell.Tests.same;

/** What is known of a window, event by event as a WebView reports them. */
final class PageStateTest {
    private static final String A = "https://example.com/a";
    private static final String B = "https://example.com/b";

    /** A window that shows a page. */
    private static PageState onPage(String url) {
        PageState state = new PageState();
        load(state, url);
        return state;
    }

    private static void load(PageState state, String url) {
        state.setTarget(url);
        state.onStarted(url);
        state.onAddress(url);
        state.onShown();
    }

    static void isStartUntilTheAppSendsItElsewhere() {
        PageState state = new PageState();
        same(false, state.isStart());
        state.onSent(A, true);
        same(true, state.isStart());
        state.setTarget(B); // a redirect
        state.onSent(B, false); // tried again
        same(true, state.isStart());
        state.onSent(A, false); // an address that came from outside
        same(false, state.isStart());
        same(A, state.target());
        state.onSent(B, true);
        same(true, state.isStart());
    }

    /** The WebView shows an error page of its own in place of what failed. */
    private static void fail(PageState state, String url) {
        state.setTarget(url);
        state.onStarted(url);
        state.onReplaced("offline");
        state.onAddress(url);
        state.onShown();
    }

    static void countsNoErrorPageAsAPage() {
        PageState state = new PageState();
        fail(state, A);
        same(false, state.hasPage());
        same("offline", state.failure());
        same(false, state.isFailureOverPage());
        load(state, A);
        same(true, state.hasPage());
        same(null, state.failure());
    }

    static void uncoversAPageButNeverAnErrorPage() {
        PageState state = onPage(A);
        state.onStarted(B);
        state.onRefused("insecure");
        same(true, state.isFailureOverPage());
        fail(state, B);
        same(false, state.isFailureOverPage());
        state.onStarted(B);
        state.onRefused("insecure");
        same(false, state.isFailureOverPage());
        same(true, state.hasPage());
    }

    static void isWhereItWasAfterADownload() {
        PageState state = onPage(A);
        state.setTarget(B);
        state.onStarted(B);
        state.onDownload();
        same(A, state.target());
        same(A, state.address());
    }

    static void isWhereItWasWhenTheUserGoesBackFromAFailure() {
        PageState state = onPage(A);
        state.setTarget(B);
        state.onStarted(B);
        state.onRefused("insecure");
        same(B, state.target());
        state.onGivenUp();
        same(A, state.target());
        same(null, state.failure());
    }

    static void isWhereThePageSaysItIs() {
        PageState state = onPage(A);
        state.onAddress(B);
        same(B, state.address());
        state.setTarget(A);
        same(B, state.address());
        same(A, state.target());
    }

    static void isOnItsWayBeforeAnythingCame() {
        PageState state = new PageState();
        same(null, state.address());
        state.setTarget(A);
        same(A, state.address());
        fail(state, B);
        same(B, state.address());
    }
}
