package app.slipway.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Parts of the web by patterns: `example.com` for one host and `*.example.com` for every host below it, each perhaps with a
 * path, of which a `*` at the end stands for all that follows. Ports, user names and queries do not count. A path that may mean
 * another one to a server, by dot segments, is in no pattern with a path.
 */
final class Sites {
    private static final Pattern DOTS = Pattern.compile("/\\.\\.?(;[^/]*)?(/|\\z)");

    /** Of each pattern the host, or its end from the dot on, and the path or null. */
    private final List<String[]> patterns = new ArrayList<>();

    Sites(Collection<String> written) {
        for (String pattern : written) {
            int slash = pattern.indexOf('/');
            String name = slash < 0 ? pattern : pattern.substring(0, slash);
            boolean below = name.startsWith("*.");
            String host = WebAddress.normalHost(below ? name.substring(2) : name);
            if (host != null) add(below ? "." + host : host, slash < 0 ? null : pattern.substring(slash));
        }
    }

    void add(String host, String path) {
        patterns.add(new String[] {host, path});
    }

    /** Whether all of this host is meant: what counts for a whole origin, as rights do, is not given for some paths of it. */
    boolean hasHost(String host) {
        return has(host, null);
    }

    boolean has(WebAddress address) {
        return has(address.host, path(address.rest));
    }

    private boolean has(String host, String path) {
        for (String[] pattern : patterns) {
            String name = pattern[0];
            if (!(name.startsWith(".") ? host.endsWith(name) : host.equals(name))) continue;
            if (pattern[1] == null || path != null && matches(path, pattern[1])) return true;
        }
        return false;
    }

    private static boolean matches(String path, String pattern) {
        if (pattern.equals("/*")) return true;
        int last = pattern.length() - 1;
        String plain = decode(pattern);
        return pattern.charAt(last) == '*'
                ? path.startsWith(plain.substring(0, plain.length() - 1))
                : path.equals(plain);
    }

    /** The path in what follows a host, in the one form that is compared; "" for one that is in no pattern but that of all paths. */
    private static String path(String rest) {
        String path = rest.replaceFirst("(?s)[?#].*", "").replace('\\', '/');
        return DOTS.matcher(IntentUri.decode(path).replace('\\', '/')).find() ? "" : decode(path);
    }

    /** Without percent-escapes, but for those of slashes: they divide nothing. */
    private static String decode(String path) {
        return IntentUri.decode(path.replaceAll("%(?=2[fF]|5[cC])", "%25"));
    }
}
