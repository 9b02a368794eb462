package app.slipway.shell;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of a download: the server's (RFC 6266, filename* before filename), else the address's. A program that made
 * the file (`/download.php`) gives its name, but not its kind.
 */
final class DownloadName {
    /** Used when neither names one. */
    private static final String UNNAMED = "download";
    /** Longest name, in characters: file systems take 255 bytes, and UTF-8 needs up to 3 a character. */
    private static final int MAX_LENGTH = 80;

    private static final Pattern EXTENDED =
            Pattern.compile(";\\s*filename\\*\\s*=\\s*UTF-8'[^']*'([^;\\s]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTED =
            Pattern.compile(";\\s*filename\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"", Pattern.CASE_INSENSITIVE);
    private static final Pattern TOKEN =
            Pattern.compile(";\\s*filename\\s*=\\s*([^;]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PROGRAM =
            Pattern.compile("\\.(php\\d?|phtml|aspx?|ashx|axd|jspx?|cgi|cfm|pl|py|do|action)$", Pattern.CASE_INSENSITIVE);

    private DownloadName() {}

    /**
     * Takes the address, the Content-Disposition header (or null) and the extension that belongs to the media
     * type (without the dot, or null), which is added to a name that has none. The result is one path segment.
     */
    static String of(String url, String disposition, String extension) {
        String name = clean(fromHeader(disposition == null ? "" : disposition));
        if (name.isEmpty()) {
            name = clean(lastSegment(url));
            if (extension != null) name = PROGRAM.matcher(name).replaceFirst("");
        }
        return of(name, extension);
    }

    /** The same for a name that a page gives, or "". */
    static String of(String given, String extension) {
        String name = clean(given);
        if (name.isEmpty()) name = UNNAMED;
        return name.indexOf('.') < 0 && extension != null ? name + "." + extension : name;
    }

    private static String fromHeader(String disposition) {
        Matcher extended = EXTENDED.matcher(disposition);
        if (extended.find()) return IntentUri.decode(extended.group(1));
        Matcher quoted = QUOTED.matcher(disposition);
        if (quoted.find()) return quoted.group(1).replaceAll("\\\\(.)", "$1");
        Matcher token = TOKEN.matcher(disposition);
        return token.find() ? token.group(1) : "";
    }

    private static String lastSegment(String url) {
        WebAddress address = WebAddress.parse(url);
        if (address == null) return "";
        String path = address.rest.split("[?#]", 2)[0];
        return IntentUri.decode(path.substring(path.lastIndexOf('/') + 1));
    }

    /** One harmless path segment: no folders, no control or reserved characters, not hidden, not too long. */
    private static String clean(String name) {
        String safe = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        safe = safe.replaceAll("[\\x00-\\x1f\\x7f-\\x9f\"*:<>?|\\u202a-\\u202e\\u2066-\\u2069]", "").trim();
        safe = safe.replaceAll("^[. ]+|[. ]+$", "");
        if (safe.length() <= MAX_LENGTH) return safe;
        int dot = safe.lastIndexOf('.');
        boolean hasExtension = dot > 0 && safe.length() - dot <= 12;
        String end = hasExtension ? safe.substring(dot) : "";
        int cut = MAX_LENGTH - end.length();
        if (Character.isHighSurrogate(safe.charAt(cut - 1))) cut--; // no half characters
        return safe.substring(0, cut) + end;
    }
}
