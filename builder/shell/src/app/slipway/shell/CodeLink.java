package app.slipway.shell;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the addresses that a channel's QR code leads to, `<api_origin>/qrcode/<code>`, and those by which browsers pass them
 * to apps (`intent:`). Pages and apps make addresses up, so scheme, host, port and path are compared with the one origin.
 */
final class CodeLink {
    /** As the API makes codes: 128 bits in base64url. */
    private static final String CODE = "[A-Za-z0-9_-]{22}";
    /** Longest address that is read, characters: apps and pages may send one of any length, for the main thread to read. */
    static final int MAX_LENGTH = 4096;
    private static final Pattern PATH = Pattern.compile("/qrcode/(" + CODE + ")(?:[?#].*)?", Pattern.DOTALL);
    /** android.content.Intent's form, as far as it names a web address. */
    private static final Pattern INTENT = Pattern.compile("intent:(//[^#]*)#Intent;(?:.*;)?scheme=(https?);.*end");

    private CodeLink() {}

    /** The code that an address of this API's origin leads to; null for any other address. */
    static String code(String address, String origin) {
        if (address == null || address.length() > MAX_LENGTH) return null;
        Matcher intent = INTENT.matcher(address);
        WebAddress link = WebAddress.parse(intent.matches() ? intent.group(2) + ":" + intent.group(1) : address);
        WebAddress own = WebAddress.parse(origin);
        if (link == null || own == null || !link.isWeb() || !link.origin().equals(own.origin())) return null;
        Matcher path = PATH.matcher(link.rest);
        return path.matches() ? path.group(1) : null;
    }

    /** The code in what a page hands over, be it the code itself or its link; null for neither. */
    static String read(String codeOrLink, String origin) {
        if (codeOrLink == null) return null;
        String text = codeOrLink.trim();
        return text.matches(CODE) ? text : code(text, origin);
    }
}
