package app.slipway.shell;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;

/**
 * Where an `intent:` address leads when no app answers it. (The Intent itself is read by Android, and made
 * harmless in ExternalLinks.) The format is that of android.content.Intent's toUri:
 * intent:DATA#Intent;scheme=S;package=P;S.browser_fallback_url=ENCODED;end
 */
final class IntentUri {
    /** The app it is meant for, or null. */
    final String packageName;
    /** A web address to open instead, or null. */
    final String fallbackUrl;

    private IntentUri(String packageName, String fallbackUrl) {
        this.packageName = packageName;
        this.fallbackUrl = fallbackUrl;
    }

    /** Reads an intent: address; null when it is none, or its fragment is not that of an intent. */
    static IntentUri parse(String uri) {
        WebAddress address = WebAddress.parse(uri);
        if (address == null || !address.scheme.equals("intent")) return null;
        int fragment = address.rest.lastIndexOf("#Intent;");
        if (fragment < 0 || !address.rest.endsWith(";end")) return null;
        String packageName = null;
        String fallback = null;
        for (String part : address.rest.substring(fragment + "#Intent;".length()).split(";")) {
            int equals = part.indexOf('=');
            if (equals < 0) continue;
            String name = part.substring(0, equals);
            String value = decode(part.substring(equals + 1));
            if (name.equals("package")) packageName = value;
            else if (name.equals("S.browser_fallback_url")) fallback = value;
        }
        return new IntentUri(packageName, webOrNull(fallback));
    }

    private static String webOrNull(String url) {
        WebAddress address = WebAddress.parse(url);
        return address != null && address.isWeb() ? url : null;
    }

    /** Percent-decodes UTF-8 (RFC 3986, 2.1); a broken escape stays as it is. */
    static String decode(String text) {
        return new String(bytes(text), Charset.forName("UTF-8"));
    }

    /** The same of what is no text. */
    static byte[] bytes(String text) {
        byte[] bytes = text.getBytes(Charset.forName("UTF-8"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            out.write(low >= 0 ? high * 16 + low : bytes[i]);
            if (low >= 0) i += 2;
        }
        return out.toByteArray();
    }
}
