package app.slipway.shell;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Base64url without padding (RFC 4648 section 5), as keys are written in Web Push. Java's own is of API 26, and Android's
 * does not exist on the JVM that the tests run on.
 */
final class Base64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private Base64Url() {}

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (byte b : bytes) {
            bits = (bits << 8 | b & 0xff) & 0xffff;
            for (held += 8; held >= 6; held -= 6) text.append(ALPHABET.charAt(bits >> held - 6 & 63));
        }
        if (held > 0) text.append(ALPHABET.charAt(bits << 6 - held & 63));
        return text.toString();
    }

    /** Throws IllegalArgumentException for a text that encode() does not make. */
    static byte[] decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int bits = 0;
        int held = 0;
        for (char c : text.toCharArray()) {
            int value = ALPHABET.indexOf(c);
            if (value < 0) throw new IllegalArgumentException("not base64url");
            bits = (bits << 6 | value) & 0xffff;
            held += 6;
            if (held < 8) continue;
            held -= 8;
            bytes.write(bits >> held & 0xff);
        }
        byte[] decoded = bytes.toByteArray();
        if (!Arrays.equals(encode(decoded).toCharArray(), text.toCharArray())) {
            throw new IllegalArgumentException("not base64url in its one form");
        }
        return decoded;
    }
}
