package app.slipway.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where an address opens: in the app, in a tab of the browser above it, in the browser, in another app, or nowhere. Hosts go by
 * the configured patterns, other schemes by the tables here. What is led to by the start page counts for navigation alone.
 */
final class UrlPolicy {
    enum Verdict {
        INSIDE,
        /** A page that is not to be in a WebView, and that the person wanted. */
        CUSTOM_TAB,
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
    /** Most hosts that the start page leads to: browsers follow 20 redirects, a few of them to another host. */
    static final int MAX_LED = 10;

    private final Sites inside;
    private final Sites tabs;
    private final Sites plain;
    private final List<String> led = new ArrayList<>();
    /** Of links to pages of the start page's origin; or null. */
    private final String scheme;
    /** Of the start page; null for one that is broken. */
    private final String origin;
    private final boolean secureStart;

    /**
     * Takes the start page's address, the patterns of what is inside, that page's own host first, those of what opens in a tab
     * of the browser, of what may be reached without TLS, and the scheme of links, or null. Sites answer with and without `www.` and redirect from one to the
     * other, so both names of the start page are inside.
     */
    UrlPolicy(
            String startUrl,
            Collection<String> inside,
            Collection<String> tabs,
            Collection<String> plain,
            String scheme) {
        this.inside = new Sites(inside);
        this.tabs = new Sites(tabs);
        this.plain = new Sites(plain);
        this.scheme = scheme;
        WebAddress start = WebAddress.parse(startUrl);
        // A host as its owner writes it may have letters that not all read alike; the first pattern is the same in ASCII.
        if (start == null) start = WebAddress.parse(startUrl.replaceFirst("//[^/:?#]+", "//" + inside.iterator().next()));
        secureStart = start != null && start.scheme.equals("https");
        origin = start == null || !start.isWeb() ? null : start.origin();
        if (origin == null || !this.inside.hasHost(start.host)) return;
        String host = start.host;
        this.inside.add(host.startsWith("www.") ? host.substring("www.".length()) : "www." + host, null);
    }

    /**
     * Decides about an address by the configuration alone. `wanted` says that the user asked for it (a tap, or a
     * redirect that followed one): other apps and tabs are not opened for pages that act on their own.
     */
    Verdict decide(String url, boolean wanted) {
        WebAddress address = WebAddress.parse(url);
        if (address == null) return Verdict.BLOCK;
        if (address.isWeb() && tabs.has(address)) return wanted ? Verdict.CUSTOM_TAB : Verdict.BROWSER;
        if (address.isWeb()) return inside.has(address) ? Verdict.INSIDE : Verdict.BROWSER;
        if (address.scheme.equals("about")) return Verdict.INSIDE;
        if (address.scheme.equals("blob")) return allowsOrigin(address.rest) ? Verdict.INSIDE : Verdict.BLOCK;
        if (isBlocked(address.scheme)) return Verdict.BLOCK;
        return wanted ? Verdict.EXTERNAL_APP : Verdict.BLOCK;
    }

    /**
     * Decides about a navigation of the main frame. Where the start page leads to before there is any page (`starting`), such as
     * a login on another host, is the owner's choice: it is inside from then on, or in a tab though nobody tapped.
     */
    Verdict decidePage(String url, boolean wanted, boolean starting) {
        Verdict verdict = decide(url, wanted);
        if (verdict != Verdict.BROWSER) return verdict;
        WebAddress address = WebAddress.parse(url);
        if (tabs.has(address)) return starting ? Verdict.CUSTOM_TAB : verdict;
        if (starting) lead(address.host);
        return led.contains(address.host) ? Verdict.INSIDE : verdict;
    }

    /** Notes a host that the start page leads to. */
    void lead(String host) {
        if (led.size() < MAX_LED && !led.contains(host)) led.add(host);
    }

    /** The hosts that the start page led to. */
    List<String> led() {
        return led;
    }

    /**
     * Decides about a navigation inside a frame of a page: pages embed what they like, so the whole web is inside, and what is
     * in its address or made by a page; all else is as in the main frame.
     */
    Verdict decideFrame(String url, boolean wanted) {
        WebAddress address = WebAddress.parse(url);
        boolean isContent = address != null && address.scheme.matches("https?|data|blob");
        return isContent ? Verdict.INSIDE : decide(url, wanted);
    }

    /** The page inside that an address leads to which another app, or a shortcut, opens the app with; null for none. */
    String arrival(String url) {
        WebAddress address = WebAddress.parse(url);
        return address != null && address.isWeb() && inside.has(address) ? url : ofScheme(url);
    }

    /** The page that an address of the app's own scheme means, which is always one of the start page's origin; or null. */
    String ofScheme(String url) {
        WebAddress address = WebAddress.parse(url);
        if (address == null || origin == null || !address.scheme.equals(scheme)) return null;
        String path = address.rest.replaceFirst("^[/\\\\]+", "");
        return path.isEmpty() ? null : origin + "/" + path;
    }

    /** Whether a page of this origin may be granted things: an allowed host, over TLS or on this device. */
    boolean trusts(String origin) {
        WebAddress address = WebAddress.parse(origin);
        if (address == null || !address.isWeb() || !inside.hasHost(address.host)) return false;
        return address.scheme.equals("https") || isLoopback(address.host);
    }

    /**
     * Whether a host may ask for a password while a window is at, or on the way to, this address: the page's own or an allowed
     * one, over TLS or on this device, but where the app itself does without TLS.
     */
    boolean mayAskPassword(String host, String page) {
        WebAddress address = WebAddress.parse(page);
        if (address == null || !address.isWeb() || !host.equals(address.host) && !inside.hasHost(host)) return false;
        return !secureStart || address.scheme.equals("https") || isLoopback(address.host);
    }

    /** The exact origin of a page of an own host over https, which may call the app; null for every other page. */
    String bridgeOrigin(String url) {
        WebAddress address = WebAddress.parse(url);
        if (address == null || !address.scheme.equals("https") || !inside.hasHost(address.host)) return null;
        return address.origin();
    }

    /**
     * The address to load for one that opens inside: https in place of http where the app itself is on https (old links;
     * Android would refuse to load them), else the same.
     */
    String secured(String url) {
        WebAddress address = WebAddress.parse(url);
        if (!secureStart || address == null || !address.scheme.equals("http") || address.port >= 0) return url;
        if (plain.hasHost(address.host) || !inside.has(address) && !led.contains(address.host)) return url;
        return "https://" + address.host + address.rest;
    }

    /** Whether no page may send anyone, another app included, to an address of this scheme (or null). */
    static boolean isBlocked(String scheme) {
        return scheme != null && BLOCKED.contains(scheme.toLowerCase(Locale.ROOT));
    }

    private boolean allowsOrigin(String url) {
        WebAddress address = WebAddress.parse(url);
        return address != null && address.isWeb() && inside.hasHost(address.host);
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }
}
