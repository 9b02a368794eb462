package app.slipway.shell;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;

/** Follows an address to the end of its redirects as a browser would: each host sees its own cookies only. */
final class Redirects {
    /** As many as browsers follow. */
    private static final int MAX_REDIRECTS = 20;
    /** For each answer to come, ms. */
    private static final int TIMEOUT = 15_000;

    /** Where the cookies are: those for an address, as the header has them, or null. */
    interface Cookies {
        String of(String url);
    }

    private Redirects() {}

    /** The address that answers with something else than a redirect. */
    static String end(String url, String userAgent, Cookies cookies) throws IOException {
        String at = url;
        for (int count = 0; count <= MAX_REDIRECTS; count++) {
            String next = next(at, userAgent, cookies.of(at));
            if (next == null) return at;
            WebAddress address = WebAddress.parse(next);
            if (address == null || !address.isWeb()) throw new IOException("leads out of the web");
            at = next;
        }
        throw new IOException("leads nowhere");
    }

    /** Where the answer sends the reader, or null. */
    private static String next(String url, String userAgent, String cookies) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        try {
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(TIMEOUT);
            connection.setReadTimeout(TIMEOUT);
            connection.setRequestProperty("User-Agent", userAgent);
            if (cookies != null) connection.setRequestProperty("Cookie", cookies);
            int status = connection.getResponseCode();
            String location = connection.getHeaderField("Location");
            boolean isRedirect = status >= 301 && status <= 308 && status != 304;
            return isRedirect && location != null ? new URL(new URL(url), location).toString() : null;
        } finally {
            connection.disconnect();
        }
    }
}
