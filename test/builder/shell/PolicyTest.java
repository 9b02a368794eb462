package app.slipway.shell;

import static app.slipway.shell.Tests.same;

import app.slipway.shell.UrlPolicy.Verdict;
import java.util.Arrays;
import java.util.Collections;

/** Where addresses open. */
final class PolicyTest {
    private static final UrlPolicy POLICY =
            new UrlPolicy("https://shop.test/start", Arrays.asList("shop.test", "*.cdn.test", "pay.test", "xn--bcher-kva.test"));

    private static void all(Verdict verdict, boolean wanted, String... urls) {
        for (String url : urls) same(verdict, POLICY.decide(url, wanted), url);
    }

    static void opensAllowedHostsInside() {
        all(
                Verdict.INSIDE, false,
                "https://shop.test/", "http://shop.test/", "https://SHOP.test:8443/x", "https://shop.test./",
                "https://user:pw@shop.test/", "https://www.shop.test/", "https://a.cdn.test/", "https://a.b.cdn.test/",
                "https://pay.test", "https://bücher.test/", "about:blank", "about:srcdoc", "blob:https://shop.test/0-1");
    }

    static void opensOtherHostsInTheBrowser() {
        all(
                Verdict.BROWSER, false,
                "https://evil.test/", "https://shop.test.evil.test/", "https://notshop.test/", "https://a.shop.test/",
                "https://cdn.test/", "https://xcdn.test/", "https://www.pay.test/", "https://shop.test@evil.test/",
                "https://evil.test\\@shop.test/", "https://evil.test/https://shop.test/", "https://evil.test?shop.test",
                "https://evil.test#@shop.test", "https://bucher.test/", "http://127.0.0.1/");
    }

    static void opensOtherAppsOnlyWhenWanted() {
        String[] urls = {
            "tel:+4912345", "mailto:a@b.test", "sms:123", "geo:1,2", "intent://x#Intent;scheme=y;end", "market://details?id=a",
            "whatsapp://send", "MAILTO:a@b.test", "upi://pay",
        };
        all(Verdict.EXTERNAL_APP, true, urls);
        all(Verdict.BLOCK, false, urls);
    }

    static void blocksWhatReachesIntoTheApp() {
        String[] urls = {
            "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "data:text/html,x",
            "file:///data/data/x", "content://media/1", "filesystem:https://shop.test/a", "view-source:https://shop.test",
            "blob:https://evil.test/0-1", "blob:null/0-1", "android-app://x", "chrome://crash", "nonsense", "",
            "https://shop.test:99999/", "https://shop%2etest/",
        };
        all(Verdict.BLOCK, true, urls);
        all(Verdict.BLOCK, false, urls);
        same(Verdict.BLOCK, POLICY.decide(null, true));
    }

    static void framesShowTheWholeWeb() {
        same(Verdict.INSIDE, POLICY.decideFrame("https://video.test/", false));
        same(Verdict.BLOCK, POLICY.decideFrame("intent:x#Intent;end", false));
        same(Verdict.BLOCK, POLICY.decideFrame("javascript:1", true));
    }

    static void trustsAllowedHostsOverTlsOnly() {
        for (String origin : Arrays.asList("https://shop.test", "https://shop.test:444/", "https://a.cdn.test/")) {
            same(true, POLICY.trusts(origin), origin);
        }
        for (String origin : Arrays.asList("http://shop.test", "https://evil.test", "null", "", "about:blank", "file:///")) {
            same(false, POLICY.trusts(origin), origin);
        }
        UrlPolicy local = new UrlPolicy("http://localhost:3000/", Collections.singletonList("localhost"));
        same(true, local.trusts("http://localhost:3000/"));
    }

    static void prefersTlsWhereTheAppDoes() {
        same("https://shop.test/a?b#c", POLICY.secured("http://shop.test/a?b#c"));
        same("https://pay.test", POLICY.secured("http://pay.test"));
        same("http://shop.test:8080/", POLICY.secured("http://shop.test:8080/"));
        same("https://shop.test/", POLICY.secured("https://shop.test/"));
        same("http://evil.test/", POLICY.secured("http://evil.test/"));
        UrlPolicy plain = new UrlPolicy("http://shop.test/", Collections.singletonList("shop.test"));
        same("http://shop.test/", plain.secured("http://shop.test/"));
    }

    static void knowsTheStartPageByBothNames() {
        UrlPolicy policy = new UrlPolicy("https://www.shop.test/", Collections.singletonList("www.shop.test"));
        same(Verdict.INSIDE, policy.decide("https://shop.test/", false));
        same(Verdict.BROWSER, policy.decide("https://www.www.shop.test/", false));
    }

    static void namesBlockedSchemes() {
        for (String scheme : Arrays.asList("file", "content", "FILE", "javascript")) same(true, UrlPolicy.isBlocked(scheme), scheme);
        for (String scheme : Arrays.asList("https", "tel", null)) same(false, UrlPolicy.isBlocked(scheme), scheme);
    }
}
