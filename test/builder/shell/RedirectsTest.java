package app.slipway.shell;

import static app.slipway.shell.Tests.same;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Downloads that are redirected, between two names of this machine. */
final class RedirectsTest {
    private static final Redirects.Cookies COOKIES = url -> url.startsWith("http://localhost") ? null : "session=secret";

    /** Sends /to/X to X and /circle to itself, answers all else with a file, and keeps what it was asked. */
    private static final class Site implements HttpHandler, AutoCloseable {
        final List<String> asked = new ArrayList<>();
        private final HttpServer server;

        Site() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.createContext("/", this);
            server.start();
        }

        String at(String host, String path) {
            return "http://" + host + ":" + server.getAddress().getPort() + path;
        }

        @Override
        public void handle(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().toString();
            String host = exchange.getRequestHeaders().getFirst("Host").split(":")[0];
            String agent = exchange.getRequestHeaders().getFirst("User-Agent");
            asked.add(host + path + " " + exchange.getRequestHeaders().getFirst("Cookie") + " " + agent);
            String target = path.startsWith("/to/") ? path.substring("/to/".length()) : null;
            if (path.equals("/circle")) target = path;
            if (target != null) exchange.getResponseHeaders().set("Location", target);
            exchange.sendResponseHeaders(target == null ? 200 : 302, -1);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    static void showsEachHostItsOwnCookies() throws IOException {
        try (Site site = new Site()) {
            String file = site.at("localhost", "/file");
            same(file, Redirects.end(site.at("127.0.0.1", "/to//to/" + file), "agent", COOKIES));
            List<String> expected =
                    Arrays.asList(
                            "127.0.0.1/to//to/" + file + " session=secret agent",
                            "127.0.0.1/to/" + file + " session=secret agent",
                            "localhost/file null agent");
            same(expected, site.asked);
        }
    }

    static void leavesAnAddressThatIsTheFileAsItIs() throws IOException {
        try (Site site = new Site()) {
            String file = site.at("127.0.0.1", "/file?a=b");
            same(file, Redirects.end(file, "agent", COOKIES));
        }
    }

    static void endsWhereRedirectsDoNot() throws IOException {
        try (Site site = new Site()) {
            fails(site.at("127.0.0.1", "/to/intent:x"));
            fails(site.at("127.0.0.1", "/to/file:///etc/passwd"));
            same(2, site.asked.size());
        }
        try (Site site = new Site()) {
            fails(site.at("127.0.0.1", "/circle"));
            same(21, site.asked.size());
        }
    }

    private static void fails(String url) {
        try {
            Redirects.end(url, "agent", COOKIES);
        } catch (IOException expected) {
            return;
        }
        throw new AssertionError("followed " + url);
    }
}
