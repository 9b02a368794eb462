package app.slipway.shell;

import static app.slipway.shell.Tests.same;

/** The addresses of channels' codes. */
final class CodeLinkTest {
    private static final String CODE = "Ab3_-Ab3_-Ab3_-Ab3_-Ab";
    private static final String ORIGIN = "https://push.example.com";

    static void readsTheLinksOfItsOrigin() {
        String[] links = {
            ORIGIN + "/qrcode/" + CODE,
            "HTTPS://PUSH.example.com:443/qrcode/" + CODE,
            ORIGIN + "/qrcode/" + CODE + "?from=mail#top",
            "intent://push.example.com/qrcode/" + CODE + "#Intent;scheme=https;package=a.b;end",
            "intent://push.example.com/qrcode/" + CODE + "#Intent;package=a.b;scheme=https;S.x=y;end",
        };
        for (String link : links) same(CODE, CodeLink.code(link, ORIGIN), link);
        String endless = ORIGIN + "/qrcode/" + CODE + "?" + new String(new char[CodeLink.MAX_LENGTH]).replace('\0', 'x');
        same(CODE, CodeLink.code(endless.substring(0, CodeLink.MAX_LENGTH), ORIGIN));
        same(null, CodeLink.code(endless.substring(0, CodeLink.MAX_LENGTH + 1), ORIGIN));
        same(CODE, CodeLink.code("http://10.0.2.2:8787/qrcode/" + CODE, "http://10.0.2.2:8787"));
    }

    static void readsNoOther() {
        String[] others = {
            null,
            "",
            CODE,
            "/qrcode/" + CODE,
            "http://push.example.com/qrcode/" + CODE,
            "http://push.example.com:443/qrcode/" + CODE,
            ORIGIN + ":8443/qrcode/" + CODE,
            ORIGIN + ".evil.example/qrcode/" + CODE,
            "https://evil.example/qrcode/" + CODE,
            "https://push.example.com@evil.example/qrcode/" + CODE,
            "https://evil.example\\@push.example.com/qrcode/" + CODE,
            ORIGIN + "/x/qrcode/" + CODE,
            ORIGIN + "/qrcode/" + CODE + "/",
            ORIGIN + "/qrcode/" + CODE + "x",
            ORIGIN + "/qrcode/" + CODE.substring(1),
            ORIGIN + "/QRCODE/" + CODE,
            ORIGIN + "/qrcode/%41" + CODE.substring(1),
            "intent://push.example.com/qrcode/" + CODE + "#Intent;scheme=http;end",
            "intent://push.example.com/qrcode/" + CODE + "#Intent;package=a.b;end",
            "intent://evil.example/qrcode/" + CODE + "#Intent;scheme=https;end",
        };
        for (String other : others) same(null, CodeLink.code(other, ORIGIN), other);
        same(null, CodeLink.code("http://10.0.2.2/qrcode/" + CODE, "http://10.0.2.2:8787"));
    }

    static void readsTheCodeItselfToo() {
        same(CODE, CodeLink.read(" " + CODE + "\n", ORIGIN));
        same(CODE, CodeLink.read(ORIGIN + "/qrcode/" + CODE, ORIGIN));
        same(null, CodeLink.read(null, ORIGIN));
        same(null, CodeLink.read(CODE + "x", ORIGIN));
    }
}
