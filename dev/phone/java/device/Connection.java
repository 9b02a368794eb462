package device;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A connection as Android has them: the JDK's own knows no PATCH. Redirects are not followed. */
public final class Connection extends HttpURLConnection {
    private static final List<String> METHODS =
            Arrays.asList("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "PATCH");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private HttpResponse<byte[]> answer;

    public Connection(URL url) {
        super(url);
    }

    @Override
    public void setRequestMethod(String wanted) throws ProtocolException {
        if (!METHODS.contains(wanted)) throw new ProtocolException("no method " + wanted);
        method = wanted;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        if (!doOutput) throw new ProtocolException("output is not enabled");
        if (method.equals("GET")) method = "POST";
        return body;
    }

    @Override
    public void connect() throws IOException {
        if (connected) return;
        byte[] bytes = body.toByteArray();
        HttpRequest.BodyPublisher sent =
                bytes.length == 0
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(bytes);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.toString())).method(method, sent);
        request.timeout(Duration.ofMillis(getConnectTimeout() + getReadTimeout()));
        for (Map.Entry<String, List<String>> header : getRequestProperties().entrySet()) {
            for (String value : header.getValue()) request.header(header.getKey(), value);
        }
        try {
            answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        connected = true;
    }

    @Override
    public int getResponseCode() throws IOException {
        connect();
        return answer.statusCode();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        if (getResponseCode() >= 400) throw new IOException("answered " + getResponseCode());
        return new ByteArrayInputStream(answer.body());
    }

    @Override
    public InputStream getErrorStream() {
        return answer == null ? null : new ByteArrayInputStream(answer.body());
    }

    @Override
    public void disconnect() {}

    @Override
    public boolean usingProxy() {
        return false;
    }
}
