package app.slipway.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.Charset;

/**
 * Requests to the API and for pictures, bounded in time and size, over https alone (or to this device, where a developer
 * tries things). Not for the main thread.
 */
final class Http {
    /** Longest wait for a connection, and for each part of an answer, ms: two of them fit in the 10 s of a push. */
    private static final int TIMEOUT = 4000;
    private static final Charset UTF8 = Charset.forName("UTF-8");

    /** An answer. */
    static final class Answer {
        final int status;
        final byte[] bytes;

        private Answer(int status, byte[] bytes) {
            this.status = status;
            this.bytes = bytes;
        }

        boolean isOk() {
            return status >= 200 && status < 300;
        }

        /** The JSON of the answer; null when it is none. */
        Object json() {
            try {
                return Json.parse(new String(bytes, UTF8));
            } catch (IllegalArgumentException noJson) {
                return null;
            }
        }
    }

    /** Opens connections. */
    interface Opener {
        HttpURLConnection open(URL url) throws IOException;
    }

    /** The tests put one in its place that leads to a server of theirs. */
    static Opener opener =
            new Opener() {
                @Override
                public HttpURLConnection open(URL url) throws IOException {
                    return (HttpURLConnection) url.openConnection();
                }
            };

    private Http() {}

    /**
     * Sends a request. `headers` are names and values in turn, `body` is JSON or null. Throws IOException when there is
     * no answer, when it has more than `limit` bytes, and for an address that is not asked.
     */
    static Answer send(String method, String url, String body, int limit, String... headers) throws IOException {
        if (!isSafe(url)) throw new IOException("not over https");
        HttpURLConnection connection = null;
        try {
            connection = opener.open(new URL(url));
            connection.setConnectTimeout(TIMEOUT);
            connection.setReadTimeout(TIMEOUT);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestMethod(method);
            for (int i = 0; i < headers.length; i += 2) connection.setRequestProperty(headers[i], headers[i + 1]);
            if (body != null) write(connection, body.getBytes(UTF8));
            int status = connection.getResponseCode();
            InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            return new Answer(status, in == null ? new byte[0] : read(in, limit));
        } catch (RuntimeException broken) { // an address or header that the platform does not take
            throw new IOException(broken);
        } finally {
            if (connection != null) connection.disconnect();
        }
    }

    /** Whether it is an address that may be asked, read by the class that asks: others find other hosts in some. */
    static boolean isSafe(String url) {
        try {
            URL address = new URL(url);
            String scheme = address.getProtocol();
            return scheme.equals("https") || scheme.equals("http") && UrlPolicy.isLoopback(address.getHost());
        } catch (MalformedURLException broken) {
            return false;
        }
    }

    private static void write(HttpURLConnection connection, byte[] body) throws IOException {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
    }

    private static byte[] read(InputStream from, int limit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        long end = System.nanoTime() + 2L * TIMEOUT * 1_000_000;
        try (InputStream in = from) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.write(buffer, 0, n);
                if (bytes.size() > limit || System.nanoTime() > end) throw new IOException("too long");
            }
        }
        return bytes.toByteArray();
    }
}
