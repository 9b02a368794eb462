package app.slipway.shell;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who keeps the page clear of the system bars, cutouts and keyboard: the shell, by padding, or the page, by
 * CSS safe-area insets. Never both. A WebView hands them to every page from version 144 on, but lays no page
 * out by them: one that never heard of safe areas would lie under the status bar. So the page has them where
 * its WebView can and it asked for the whole screen (viewport-fit=cover, CSS Round Display), and the shell
 * pads for all others.
 */
final class InsetsPolicy {
    /** The first WebView that gives every page its safe-area insets. */
    static final int FIRST_PASSING_VERSION = 144;
    /** Run in a page: whether its last viewport tag, which is the one that counts, asks for the whole screen. */
    static final String ASKS_FOR_SCREEN =
            "(function(){var m=document.querySelectorAll('meta[name=viewport]');"
                    + "return m.length>0&&/viewport-fit\\s*=\\s*cover/i.test(m[m.length-1].content)})()";

    private static final Pattern CHROMIUM = Pattern.compile(" Chrome/(\\d{1,6})\\.");

    private InsetsPolicy() {}

    /** Whether the page handles the insets itself. */
    static boolean pageHandles(int webViewVersion, boolean asksForScreen) {
        return webViewVersion >= FIRST_PASSING_VERSION && asksForScreen;
    }

    /** The major version of the WebView, from its default user agent; 0 when that names none. */
    static int version(String userAgent) {
        Matcher found = CHROMIUM.matcher(userAgent);
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }
}
