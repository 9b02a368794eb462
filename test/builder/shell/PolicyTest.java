package app.slipway.shell;

import static app.slipway.shell.Tests.same;

import app.slipway.shell.UrlPolicy.Verdict;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Where addresses open. */
final class PolicyTest {

    private static final List<String> NONE = Collections.emptyList();
    private static final List<String> TABS = Arrays.asList("*.accounts.test", "shop.test/login");
    private static final UrlPolicy POLICY = policy("https://shop.test/start", "shop.test", "*.cdn.test", "pay.test", "xn--bcher-kva.test");

    /** Of an app with this start page and these hosts. */
    private static UrlPolicy policy(String start, String... hosts) {
        return new UrlPolicy(start, Arrays.asList(hosts), NONE, NONE, null);
    }

    /** Of an app that opens pages of accounts.test in a tab of the browser, and has the scheme "shop". */
    private static UrlPolicy tabbed(String start, String... hosts) {
        return new UrlPolicy(start, Arrays.asList(hosts), TABS, Arrays.asList("till.test"), "shop");
    }

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
        for (String url : Arrays.asList("data:text/html,x", "blob:https://video.test/0-1", "blob:null/0-1", "DATA:,x")) {
            same(Verdict.INSIDE, POLICY.decideFrame(url, false), url);
        }
        for (String url : Arrays.asList("database:x", "file:///data/data/x", "content://media/1", "filesystem:https://shop.test/a")) {
            same(Verdict.BLOCK, POLICY.decideFrame(url, false), url);
        }
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
        UrlPolicy local = policy("http://localhost:3000/", "localhost");
        same(true, local.trusts("http://localhost:3000/"));
    }

    static void prefersTlsWhereTheAppDoes() {
        same("https://shop.test/a?b#c", POLICY.secured("http://shop.test/a?b#c"));
        same("https://pay.test", POLICY.secured("http://pay.test"));
        same("http://shop.test:8080/", POLICY.secured("http://shop.test:8080/"));
        same("https://shop.test/", POLICY.secured("https://shop.test/"));
        same("http://evil.test/", POLICY.secured("http://evil.test/"));
        UrlPolicy plain = policy("http://shop.test/", "shop.test");
        same("http://shop.test/", plain.secured("http://shop.test/"));
        UrlPolicy mixed = tabbed("https://shop.test/", "shop.test", "till.test", "a.till.test");
        same("http://till.test/a", mixed.secured("http://till.test/a"));
        same("https://till.test/a", mixed.secured("https://till.test/a"));
        same("https://a.till.test/a", mixed.secured("http://a.till.test/a"));
        same("https://shop.test/a", mixed.secured("http://shop.test/a"));
    }

    static void knowsTheStartPageByBothNames() {
        UrlPolicy policy = policy("https://www.shop.test/", "www.shop.test");
        same(Verdict.INSIDE, policy.decide("https://shop.test/", false));
        same(Verdict.BROWSER, policy.decide("https://www.www.shop.test/", false));
    }

    private static final UrlPolicy PARTS = policy("https://shop.test/", "shop.test", "a.test/shop/*", "a.test/faq", "*.b.test/caf%C3%A9/*");

    static void opensThePartOfASiteThatAPathNames() {
        String[] inside = {
            "https://a.test/shop/", "https://a.test/shop/x?y=../z#/../", "http://a.test:8080/shop/x", "https://a.test\\shop\\x",
            "https://a.test/%73hop/x", "https://a.test/shop/a%2fb", "https://a.test/shop/..x/...", "https://a.test/shop/%252e%252e/x",
            "https://a.test/faq", "https://a.test/faq?x", "https://A.test./faq#y", "https://x.b.test/caf%c3%a9/1",
        };
        String[] outside = {
            "https://a.test", "https://a.test/", "https://a.test/shop", "https://a.test/shopping", "https://a.test/SHOP/x",
            "https://a.test/faq/", "https://a.test/faq/x", "https://a.test/x?/shop/", "https://a.test/x#/shop/x", "https://a.test?/shop/x",
            "https://b.test/caf%C3%A9/", "https://x.b.test/cafe/", "https://www.a.test/shop/x", "https://evil.test/shop/x",
            "https://a.test@evil.test/shop/x", "https://a.test//shop/x", "https://a.test/x/shop/",
        };
        for (String url : inside) same(Verdict.INSIDE, PARTS.decide(url, false), url);
        for (String url : outside) same(Verdict.BROWSER, PARTS.decide(url, false), url);
    }

    /** Else a link could pass for one that is inside. */
    static void takesNoPathThatMayMeanAnother() {
        String[] ways = {
            "..", "%2e%2e", "%2E.", ".%2e", ".", "%2e", "x/../..", "..%2f..", "%2e%2e%5c", "..\\..", "x%2f..", "..;a=b", "..;/x", "%2e%2e%3b",
        };
        for (String way : ways) {
            for (String url : new String[] {"https://a.test/shop/" + way + "/admin", "https://a.test/shop/" + way}) {
                same(Verdict.BROWSER, PARTS.decide(url, false), url);
            }
        }
        same(Verdict.BROWSER, PARTS.decide("https://a.test/x/../faq", false));
        same(Verdict.BROWSER, PARTS.decide("https://a.test/shop%2fx", false)); // no slash to every server
        same(Verdict.INSIDE, PARTS.decide("https://shop.test/../x", false)); // all of that host is inside
    }

    /** What leads back may be written as no WebView writes it; all pages of that host are inside, and it has no rights. */
    static void opensAllPagesOfAHostThatHasNoRights() {
        UrlPolicy policy = policy("https://shop.test/", "shop.test", "back.test/*");
        for (String rest : new String[] {"", "/", "?code=1", "#x", "/a/..%2fb", "/../x"}) {
            same("https://back.test" + rest, policy.arrival("https://back.test" + rest));
            same(Verdict.INSIDE, policy.decide("https://back.test" + rest, true));
        }
        same(false, policy.trusts("https://back.test"));
        same(null, policy.bridgeOrigin("https://back.test/"));
        same(Verdict.BROWSER, policy.decide("https://a.back.test/", true));
    }

    /** Pages of one host reach into one another, so rights that hang on a path would be those of all its pages. */
    static void givesNoRightsForPartOfASite() {
        String page = "https://a.test/shop/x";
        same(false, PARTS.trusts(page));
        same(false, PARTS.trusts("https://a.test"));
        same(null, PARTS.bridgeOrigin(page));
        same(Verdict.BLOCK, PARTS.decide("blob:https://a.test/0-1", true));
        same("https://shop.test", PARTS.bridgeOrigin("https://shop.test/x"));
        same("https://a.test/shop/x", PARTS.secured("http://a.test/shop/x"));
        same("http://a.test/x", PARTS.secured("http://a.test/x"));
    }

    /** The WebView names it in ASCII, and so do the patterns; the address is as the owner wrote it. */
    static void knowsAStartPageInLettersThatNotAllReadAlike() {
        UrlPolicy policy = tabbed("https://stra\u00dfe.test:8443/a?b", "xn--strae-oqa.test", "*.xn--strae-oqa.test");
        for (String host : new String[] {"xn--strae-oqa.test", "www.xn--strae-oqa.test", "XN--strae-oqa.test", "a.xn--strae-oqa.test"}) {
            same(Verdict.INSIDE, policy.decide("https://" + host + "/x", false), host);
        }
        for (String host : new String[] {"strasse.test", "stra\u00dfe.test"}) {
            same(false, policy.decide("https://" + host + "/", true) == Verdict.INSIDE, host);
        }
        same("https://xn--strae-oqa.test:8443/x", policy.ofScheme("shop://x"));
        same("https://xn--strae-oqa.test/x", policy.secured("http://xn--strae-oqa.test/x"));
        same(false, policy.mayAskPassword("xn--strae-oqa.test", "http://xn--strae-oqa.test/"));
        same(true, policy.trusts("https://xn--strae-oqa.test"));
    }

    static void keepsInsideWhatTheStartPageLeadsTo() {
        UrlPolicy policy = policy("https://shop.test/", "shop.test");
        String page = "https://m.shop.test/a";
        same(Verdict.BROWSER, policy.decidePage(page, true, false));
        same(Verdict.INSIDE, policy.decidePage("http://m.shop.test/", false, true));
        same(Verdict.INSIDE, policy.decidePage(page, false, false));
        same("https://m.shop.test/", policy.secured("http://m.shop.test/"));
        same(Verdict.BROWSER, policy.decidePage("https://x.m.shop.test/", true, false));
        same(Verdict.BROWSER, policy.decidePage("https://www.m.shop.test/", true, false));
        same(Collections.singletonList("m.shop.test"), policy.led());
        // Only to go there: no rights, and no other app may send anyone there.
        same(Verdict.BROWSER, policy.decide(page, true));
        same(null, policy.arrival(page));
        same(false, policy.trusts(page));
        same(null, policy.bridgeOrigin(page));
        same(Verdict.BLOCK, policy.decidePage("blob:https://m.shop.test/0-1", true, false));
    }

    static void followsTheStartPageToAFewHosts() {
        UrlPolicy policy = policy("https://shop.test/", "shop.test");
        for (int i = 0; i < UrlPolicy.MAX_LED; i++) {
            for (int twice = 0; twice < 2; twice++) same(Verdict.INSIDE, policy.decidePage("https://h" + i + ".test/", false, true));
        }
        same(Verdict.BROWSER, policy.decidePage("https://more.test/", false, true));
        same(Verdict.INSIDE, policy.decidePage("https://h0.test/x", false, false));
        same(UrlPolicy.MAX_LED, policy.led().size());
    }

    static void followsTheStartPageToTheWebAlone() {
        UrlPolicy policy = policy("https://shop.test/", "shop.test");
        for (String url : new String[] {"tel:1", "intent:x#Intent;end", "javascript:1", "file:///x", "blob:https://evil.test/1", "http://"}) {
            same(Verdict.BLOCK, policy.decidePage(url, false, true), url);
        }
        same(0, policy.led().size());
    }

    static void opensTabsBeforeAllElseAndForTapsAlone() {
        UrlPolicy policy = tabbed("https://shop.test/", "shop.test", "x.accounts.test");
        for (String url : new String[] {"https://x.accounts.test/", "http://a.b.accounts.test/y", "https://shop.test/login?next=/"}) {
            same(Verdict.CUSTOM_TAB, policy.decide(url, true), url);
            same(Verdict.CUSTOM_TAB, policy.decidePage(url, true, false), url);
            same(Verdict.BROWSER, policy.decidePage(url, false, false), url);
            same(Verdict.CUSTOM_TAB, policy.decidePage(url, false, true), url); // the app was opened by a tap
            same(Verdict.INSIDE, policy.decideFrame(url, true), url);
        }
        same(Verdict.BROWSER, policy.decide("https://accounts.test/", true));
        same(Verdict.INSIDE, policy.decide("https://shop.test/login/x", true));
        same(0, policy.led().size());
    }

    /** It opens where any link to it does: one that opens in a tab does so again, though its host is inside. */
    static void letsArriveWhatIsInside() {
        UrlPolicy policy = tabbed("https://shop.test/start", "shop.test", "x.accounts.test", "a.test/shop/*");
        String[] pages = {
            "https://shop.test/", "https://www.shop.test/a?b#c", "http://shop.test/a", "https://x.accounts.test/end", "https://a.test/shop/1",
        };
        for (String page : pages) same(page, policy.arrival(page), page);
        same(Verdict.CUSTOM_TAB, policy.decide("https://x.accounts.test/end", true));
        String[] others = {
            "https://evil.test/", "https://shop.test@evil.test/", "https://a.test/", "https://a.test/shop/../x", "javascript:alert(1)", "file:///x",
            "content://x/y", "about:blank", "blob:https://shop.test/1", "data:text/html,x", "intent://shop.test/#Intent;scheme=https;end",
            "shopping://a", "xshop://a", "//shop.test/", "shop.test", "", "tel:1",
        };
        for (String other : others) same(null, policy.arrival(other), other);
        same(null, policy.arrival(null));
    }

    static void opensPagesOfItsOriginByItsScheme() {
        UrlPolicy policy = tabbed("https://Shop.test:8443/start?a=b", "shop.test");
        String[][] links = {
            {"shop://orders/5?x=1#y", "/orders/5?x=1#y"}, {"shop:///orders/5", "/orders/5"}, {"shop:orders/5", "/orders/5"},
            {"SHOP:/orders/5", "/orders/5"}, {"shop:\\\\orders/5", "/orders/5"},
            {"shop://///orders", "/orders"}, {"shop:/\t/orders", "/orders"}, {" shop://a\n", "/a"}, {"shop:?x", "/?x"}, {"shop:#y", "/#y"},
        };
        for (String[] link : links) same("https://shop.test:8443" + link[1], policy.arrival(link[0]), link[0]);
        for (String bare : new String[] {"shop:", "shop://", "shop:///"}) same(null, policy.arrival(bare), bare);
        same("http://a.test/x", tabbed("http://a.test", "a.test").ofScheme("shop:x"));
        same(null, policy("https://shop.test/", "shop.test").ofScheme("shop:x"));
        same(null, policy.ofScheme("https://shop.test/"));
    }

    /** Wherever it was made, and whatever it holds: browsers read the page's address as one of the start page's host. */
    static void leavesItsOriginByNoAddressOfItsScheme() {
        UrlPolicy policy = tabbed("https://shop.test/", "shop.test");
        String[] rests = {
            "//@evil.test", "@evil.test", ":@evil.test", "//evil.test", "////evil.test", "\\\\evil.test", "/\\evil.test", "\\/evil.test",
            "/\t/evil.test", "\n//evil.test", "//\u0001//evil.test", "//\u0000@evil.test", ".evil.test", "//.evil.test", "https://evil.test",
            "//https://evil.test", ":443@evil.test", "//user:pw@evil.test:80/", "javascript:alert(1)", "/../../evil.test", "?@evil.test", "#@evil.test",
            " //evil.test", "//%40evil.test", "//\u2028evil.test", "//x\\@evil.test",
        };
        for (String rest : rests) {
            String page = policy.arrival("shop:" + rest);
            same(true, page.startsWith("https://shop.test/"), rest);
            same("shop.test", WebAddress.parse(page).host, rest);
        }
    }

    static void letsOwnHostsAskForPasswordsByTls() {
        UrlPolicy policy = policy("https://shop.test/", "shop.test", "*.shop.test", "a.test/shop/*");
        String page = "https://shop.test/x";
        for (String host : new String[] {"shop.test", "www.shop.test", "api.shop.test"}) same(true, policy.mayAskPassword(host, page), host);
        for (String host : new String[] {"evil.test", "a.test", ""}) same(false, policy.mayAskPassword(host, page), host);
        same(true, policy.mayAskPassword("led.test", "https://led.test/"));
        same(true, policy.mayAskPassword("a.test", "https://a.test/shop/"));
        same(true, policy.mayAskPassword("localhost", "http://localhost:3000/"));
        for (String plain : new String[] {"http://shop.test/", "about:blank", "data:,", "", null}) {
            same(false, policy.mayAskPassword("shop.test", plain), plain);
        }
        same(true, policy("http://shop.test/", "shop.test").mayAskPassword("shop.test", "http://shop.test/"));
    }

    static void namesBlockedSchemes() {
        for (String scheme : Arrays.asList("file", "content", "FILE", "javascript")) same(true, UrlPolicy.isBlocked(scheme), scheme);
        for (String scheme : Arrays.asList("https", "tel", null)) same(false, UrlPolicy.isBlocked(scheme), scheme);
    }
}
