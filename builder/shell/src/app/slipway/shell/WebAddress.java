package app.slipway.shell;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The scheme, host and port of an address, read as browsers read it (WHATWG URL Standard, "URL parsing"), for
 * decisions that hang on them: java.net.URI refuses addresses that the web uses, and reads others differently
 * from the WebView, which is how a foreign host passes for one's own. Only what is needed to compare hosts
 * is read; where the standard would repair a host beyond letter case and IDN, the address counts as broken.
 */
final class WebAddress {
    /**
     * Letters (sharp s, final sigma, the joiners) that Java's IDNA 2003 maps to others and browsers' UTS #46
     * keeps: one and the same text would name two hosts.
     */
    private static final Pattern DEVIATING = Pattern.compile("[\\u00df\\u1e9e\\u03c2\\u200c\\u200d]");

    /** Lower case. */
    final String scheme;
    /** Lower case, IDN in its xn-- form, without a final dot; "" when the scheme has none. */
    final String host;
    /** -1 when the address names none. */
    final int port;
    /** What follows host and port (or the scheme, when it has no host). */
    final String rest;

    private WebAddress(String scheme, String host, int port, String rest) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.rest = rest;
    }

    /** Returns the parts of an absolute address, or null when it has no scheme or its host is broken. */
    static WebAddress parse(String address) {
        if (address == null) return null;
        String text = trimmed(address);
        int colon = schemeEnd(text);
        if (colon < 0) return null;
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);
        return isWeb(scheme) ? web(scheme, rest) : new WebAddress(scheme, "", -1, rest);
    }

    /** http or https. */
    boolean isWeb() {
        return isWeb(scheme);
    }

    /** As pages name it: without the scheme's own port. For http and https. */
    String origin() {
        boolean isUsual = port < 0 || port == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + host + (isUsual ? "" : ":" + port);
    }

    private static boolean isWeb(String scheme) {
        return scheme.equals("https") || scheme.equals("http");
    }

    /** Any number of slashes, of either kind, leads to the authority in these schemes. */
    private static WebAddress web(String scheme, String rest) {
        int start = 0;
        while (start < rest.length() && isSlash(rest.charAt(start))) start++;
        int end = start;
        while (end < rest.length() && !isSlash(rest.charAt(end)) && "?#".indexOf(rest.charAt(end)) < 0) end++;
        String authority = rest.substring(start, end);
        // What stands before the last @ is a user name, however much it looks like a host.
        String place = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = place.startsWith("[") ? place.indexOf(':', place.indexOf(']') + 1) : place.indexOf(':');
        String host = normalHost(colon < 0 ? place : place.substring(0, colon));
        int port = colon < 0 ? -1 : port(place.substring(colon + 1));
        if (host == null || port < -1) return null;
        return new WebAddress(scheme, host, port, rest.substring(end));
    }

    /** The form in which hosts are compared, or null when the text is no host. */
    static String normalHost(String text) {
        String host = text;
        if (DEVIATING.matcher(host).find()) return null;
        if (host.startsWith("[")) {
            return host.matches("\\[[0-9a-fA-F:.]+\\]") ? host.toLowerCase(Locale.ROOT) : null;
        }
        try {
            host = IDN.toASCII(host).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException | IndexOutOfBoundsException broken) { // IDN trips over some "a..b"
            return null;
        }
        if (host.endsWith(".")) host = host.substring(0, host.length() - 1);
        // Underscores do occur in host names; percent escapes and the like are refused, not repaired.
        return host.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*") ? host : null;
    }

    /** -1 for none, -2 for one that is broken. */
    private static int port(String text) {
        if (text.isEmpty()) return -1;
        if (!text.matches("[0-9]{1,5}")) return -2;
        int port = Integer.parseInt(text);
        return port <= 0xffff ? port : -2;
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    /** Without control characters and spaces at both ends, and without tabs and line ends anywhere. */
    private static String trimmed(String text) {
        return text.trim().replaceAll("[\\t\\n\\r]", "");
    }

    /** Where the scheme's colon stands, or -1 (RFC 3986, 3.1). */
    private static int schemeEnd(String text) {
        int colon = text.indexOf(':');
        return colon > 0 && text.substring(0, colon).matches("[a-zA-Z][a-zA-Z0-9+.-]*") ? colon : -1;
    }
}
