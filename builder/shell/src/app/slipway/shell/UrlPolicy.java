package app.slipway.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where an address opens: in the app, in the browser, in another app, or nowhere. Hosts are matched by the
 * configured patterns, `example.com` for one host and `*.example.com` for every host below it; ports and
 * user names do not count. Other schemes go by the tables here.
 */
final class UrlPolicy {
    enum Verdict {
        INSIDE,
        BROWSER,
        EXTERNAL_APP,
        BLOCK
    }

    /** Schemes that would reach into the app or the device, or run script in a page, and never leave a page. */
    private static final Set<String> BLOCKED =
            new HashSet<>(
                    Arrays.asList(
                            "javascript", "data", "file", "content", "filesystem", "jar", "chrome", "android-app",
                            "view-source", "devtools", "ws", "wss", "ftp", "resource", "res", "vbscript"));

    private final List<String> exact = new ArrayList<>();
    private final List<String> suffixes = new ArrayList<>();
    private final boolean secureStart;

    /**
     * Takes the start page's address and the host patterns, that page's own host first. Sites answer with
     * and without `www.` and redirect from one to the other, so both names of the start page are inside.
     */
    UrlPolicy(String startUrl, Collection<String> patterns) {
        WebAddress start = WebAddress.parse(startUrl);
        secureStart = start != null && start.scheme.equals("https");
        for (String pattern : patterns) add(pattern);
        if (start == null || !start.isWeb() || !allowsHost(start.host)) return;
        exact.add(start.host.startsWith("www.") ? start.host.substring("www.".length()) : "www." + start.host);
    }

    private void add(String pattern) {
        boolean below = pattern.startsWith("*.");
        String host = WebAddress.normalHost(below ? pattern.substring(2) : pattern);
        if (host == null) return;
        if (below) suffixes.add("." + host);
        else exact.add(host);
    }

    /**
     * Decides about a navigation of the main frame. `wanted` says that the user asked for it (a tap, or a
     * redirect that followed one): other apps are not opened for pages that act on their own.
     */
    Verdict decide(String url, boolean wanted) {
        WebAddress address = WebAddress.parse(url);
        if (address == null) return Verdict.BLOCK;
        if (address.isWeb()) return allowsHost(address.host) ? Verdict.INSIDE : Verdict.BROWSER;
        if (address.scheme.equals("about")) return Verdict.INSIDE;
        if (address.scheme.equals("blob")) return allowsOrigin(address.rest) ? Verdict.INSIDE : Verdict.BLOCK;
        if (isBlocked(address.scheme)) return Verdict.BLOCK;
        return wanted ? Verdict.EXTERNAL_APP : Verdict.BLOCK;
    }

    /**
     * Decides about a navigation that does not leave where it is, as inside a frame of a page: pages embed
     * what they like, so the whole web is inside; all else is as in the main frame.
     */
    Verdict decideFrame(String url, boolean wanted) {
        Verdict verdict = decide(url, wanted);
        return verdict == Verdict.BROWSER ? Verdict.INSIDE : verdict;
    }

    /** Whether a page of this origin may be granted things: an allowed host, over TLS or on this device. */
    boolean trusts(String origin) {
        WebAddress address = WebAddress.parse(origin);
        if (address == null || !address.isWeb() || !allowsHost(address.host)) return false;
        return address.scheme.equals("https") || isLoopback(address.host);
    }

    /** The exact origin of a page of an own host over https, which may call the app; null for every other page. */
    String bridgeOrigin(String url) {
        WebAddress address = WebAddress.parse(url);
        if (address == null || !address.scheme.equals("https") || !allowsHost(address.host)) return null;
        return "https://" + address.host + (address.port < 0 || address.port == 443 ? "" : ":" + address.port);
    }

    /**
     * The address to load for one that opens inside: https in place of http on an allowed host, where the app
     * itself is on https (old links; Android would refuse to load them), else the same.
     */
    String secured(String url) {
        WebAddress address = WebAddress.parse(url);
        if (!secureStart || address == null || !address.scheme.equals("http") || address.port >= 0) return url;
        if (!allowsHost(address.host)) return url;
        return "https://" + address.host + address.rest;
    }

    /** Whether no page may send anyone, another app included, to an address of this scheme (or null). */
    static boolean isBlocked(String scheme) {
        return scheme != null && BLOCKED.contains(scheme.toLowerCase(Locale.ROOT));
    }

    private boolean allowsOrigin(String url) {
        WebAddress address = WebAddress.parse(url);
        return address != null && address.isWeb() && allowsHost(address.host);
    }

    private boolean allowsHost(String host) {
        if (exact.contains(host)) return true;
        for (String suffix : suffixes) {
            if (host.endsWith(suffix) && host.length() > suffix.length()) return true;
        }
        return false;
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }
}
