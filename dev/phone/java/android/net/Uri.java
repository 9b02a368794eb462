package android.net;

/** An address as text. */
public final class Uri {
    private final String text;

    private Uri(String text) {
        this.text = text;
    }

    public static Uri parse(String text) {
        if (text == null) throw new NullPointerException("uriString");
        return new Uri(text);
    }

    public static Uri fromParts(String scheme, String part, String fragment) {
        return new Uri(scheme + ":" + encode(part) + (fragment == null ? "" : "#" + encode(fragment)));
    }

    public static String encode(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text;
    }
}
