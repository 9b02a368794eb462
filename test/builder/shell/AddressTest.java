package app.slipway.shell;

import static app.slipway.shell.Tests.same;

/** Hosts and ports out of addresses, hostile ones above all (WHATWG URL Standard), and intent: addresses. */
final class AddressTest {
    private static String host(String url) {
        WebAddress address = WebAddress.parse(url);
        return address == null ? null : address.host;
    }

    static void readsTheHostAsBrowsersDo() {
        String[][] cases = {
            {"https://example.com", "example.com"}, {"HTTPS://EXAMPLE.com:8443/a?b#c", "example.com"},
            {" \u0001https://example.com\n", "example.com"}, {"ht\ntps://exa\tmple.com/", "example.com"},
            {"https://example.com./", "example.com"}, {"https:example.com/x", "example.com"},
            {"https:////example.com", "example.com"}, {"https:\\\\evil.test\\@example.com/", "evil.test"},
            {"https://example.com@evil.test/", "evil.test"}, {"https://example.com:pw@evil.test/", "evil.test"},
            {"https://a@b@evil.test/@example.com", "evil.test"}, {"https://evil.test?@example.com", "evil.test"},
            {"https://evil.test#@example.com/", "evil.test"}, {"https://evil.test\\.example.com/", "evil.test"},
            {"https://[::1]:80/", "[::1]"}, {"https://user@[2001:DB8::1]/", "[2001:db8::1]"},
            {"https://bücher.example/", "xn--bcher-kva.example"}, {"https://XN--Bcher-KVA.example/", "xn--bcher-kva.example"},
            {"https://ｅｘａｍｐｌｅ.com/", "example.com"}, {"https://example。com/", "example.com"},
            {"https://my_host.example/", "my_host.example"}, {"tel:+123", ""},
        };
        for (String[] c : cases) same(c[1], host(c[0]), c[0]);
    }

    static void refusesBrokenAddresses() {
        String[] broken = {
            "", "example.com", "//example.com", "/path", "1http://a.test", "https://", "https:///", "https://@/",
            "https://exa mple.com/", "https://exa%6dple.com/", "https://a..b/", "https://.a/", "https://a.test:99999/",
            "https://a.test:8x/", "https://a.test:-1/", "https://[::1/", "https://[evil.test]/", "https://a<b/",
            "https://fa\u00df.test/", "https://\u03b1\u03c2.test/", "https://a\u200db.test/",
        };
        for (String url : broken) same(null, host(url), url);
        same(null, host(null));
    }

    static void keepsPortAndRest() {
        WebAddress address = WebAddress.parse("http://u:p@example.com:8080/a/b?c=d#e");
        same(8080, address.port);
        same("/a/b?c=d#e", address.rest);
        same(-1, WebAddress.parse("http://example.com:/").port);
    }

    static void readsIntents() {
        IntentUri intent =
                IntentUri.parse(
                        "intent://scan/#Intent;scheme=zxing;package=com.zxing.app;"
                                + "S.browser_fallback_url=https%3A%2F%2Fexample.com%2Fa%3Fb%3D%C3%A9;end");
        same("com.zxing.app", intent.packageName);
        same("https://example.com/a?b=é", intent.fallbackUrl);
        IntentUri bare = IntentUri.parse("intent:#Intent;action=x;end");
        same(null, bare.packageName);
        same(null, bare.fallbackUrl);
    }

    static void fallsBackToTheWebOnly() {
        String[] others = {"javascript:alert(1)", "file:///data/x", "intent:%23Intent;end", "content://x", "", "tel:1"};
        for (String other : others) {
            String uri = "intent:a#Intent;S.browser_fallback_url=" + other.replace(":", "%3A") + ";end";
            same(null, IntentUri.parse(uri).fallbackUrl, other);
        }
    }

    static void refusesWhatIsNoIntent() {
        String[] others = {"https://a.test/#Intent;end", "intent:a", "intent:a#Intent;x=y", "android-app://a#Intent;end"};
        for (String other : others) same(null, IntentUri.parse(other), other);
    }

    static void decodesPercentEscapes() {
        same("a b+c é ✓ %", IntentUri.decode("a%20b+c %C3%A9 %e2%9c%93 %"));
        same("%zz %4", IntentUri.decode("%zz %4"));
    }
}
