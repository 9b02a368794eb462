package app.slipway.shell;

import static app.slipway.shell.Tests.same;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON of a push, as src/delivery/providers/webpush/payload.ts makes it; and the links that wait. */
final class MessageTest {
    private static final String WHOLE =
            "{\"title\":\"T\",\"body\":\"B\",\"icon\":\"https://e.com/i.png\",\"image\":\"https://e.com/p.png\","
                    + "\"url\":\"https://e.com/new\",\"actions\":[{\"title\":\"Buy\",\"action\":\"buy\",\"url\":\"https://e.com/b\"},"
                    + "{\"title\":\"Look\",\"action\":\"open_url\"},{\"title\":\"No\",\"action\":\"dismiss\"}],"
                    + "\"data\":{\"a\":[1,{\"b\":null}]},\"tag\":\"t1\",\"channel_id\":\"news\",\"color\":\"#0B57d0\","
                    + "\"priority\":\"high\",\"click\":\"https://api.e.com/public/c/x\","
                    + "\"receipt\":\"https://api.e.com/public/t/x/delivered\"}";

    static void readsEveryField() {
        PushMessage message = read(WHOLE);
        same("T", message.title);
        same("B", message.body);
        same("https://e.com/i.png", message.icon);
        same("https://e.com/p.png", message.image);
        same("https://e.com/new", message.url);
        same("t1", message.tag);
        same("news", message.channel);
        same(0xff0b57d0, message.color);
        same(4, message.importance);
        same("https://api.e.com/public/t/x/delivered", message.receipt);
        same(3, message.buttons.size());
        same("Look", message.buttons.get(1).title);
    }

    static void leadsWhereTheTappedPartDoes() {
        PushMessage message = read(WHOLE);
        same("https://e.com/new", message.target(""));
        same("https://e.com/b", message.target("buy"));
        same("https://e.com/new", message.target("open_url"));
        same("https://e.com/new", message.target("unknown"));
        same(null, read("{\"title\":\"T\"}").target(""));
    }

    static void reportsWhatWasTapped() {
        PushMessage message = read(WHOLE);
        same("https://api.e.com/public/t/x/clicked", message.clicked(""));
        same("https://api.e.com/public/t/x/clicked?action=buy", message.clicked("buy"));
        same("https://api.e.com/public/t/x/clicked?action=a%26b+%C3%A9", message.clicked("a&b \u00e9"));
        same(null, message.clicked("dismiss"));
        same(null, read("{\"title\":\"T\"}").clicked(""));
        same(null, read("{\"title\":\"T\",\"receipt\":\"https://e.com/x\"}").clicked(""));
    }

    static void passesOverFieldsOfOtherTypes() {
        PushMessage message =
                read(
                        "{\"title\":\"T\",\"body\":1,\"icon\":null,\"image\":[],\"url\":{},\"tag\":false,\"channel_id\":\"\","
                                + "\"color\":\"red\",\"priority\":9,\"receipt\":3,\"actions\":[1,null,{},{\"title\":\"x\"},"
                                + "{\"title\":\"y\",\"action\":7},{\"title\":\"z\",\"action\":\"z\",\"url\":1}]}");
        same("", message.body);
        same(null, message.icon);
        same(null, message.image);
        same(null, message.url);
        same("", message.tag);
        same(null, message.channel);
        same(null, message.color);
        same(3, message.importance);
        same(null, message.receipt);
        same(1, message.buttons.size());
        same(null, message.buttons.get(0).url);
        same(0, read("{\"title\":\"T\",\"actions\":{\"title\":\"x\",\"action\":\"x\"}}").buttons.size());
    }

    static void isNoMessageWhereNothingCouldBeShown() {
        String[] texts = {
            "", " ", "hello", "null", "1", "\"title\"", "[]", "{}", "{\"title\":\"\"}", "{\"title\":1}", "{\"title\":\"T\"",
            "{\"title\":\"T\"}x", "{\"data\":{}}", "{title:\"T\"}",
        };
        for (String text : texts) same(null, PushMessage.parse(text.getBytes(StandardCharsets.UTF_8)), text);
        same(null, PushMessage.parse(new byte[] {'"', (byte) 0xff, '"'}), "no UTF-8");
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 100_000; i++) deep.append('[');
        same(null, PushMessage.parse(deep.toString().getBytes(StandardCharsets.UTF_8)), "deep");
    }

    static void showsThreeButtonsAtMost() {
        StringBuilder buttons = new StringBuilder("{\"title\":\"b\",\"action\":\"b0\"}");
        for (int i = 1; i < 9; i++) buttons.append(",{\"title\":\"b\",\"action\":\"b").append(i).append("\"}");
        List<PushMessage.Button> shown = read("{\"title\":\"T\",\"actions\":[" + buttons + "]}").buttons;
        same(3, shown.size());
        same("b2", shown.get(2).action);
    }

    static void keepsLinksInOrder() {
        String stored = LinkQueue.with(LinkQueue.with(LinkQueue.with("", "a"), "b"), "a");
        same("[a, b]", LinkQueue.links(stored).toString());
        same("[b]", LinkQueue.links(LinkQueue.without(stored, "a")).toString());
        same("", LinkQueue.without(LinkQueue.without(stored, "a"), "b"));
        same(0, LinkQueue.links("").size());
        same(stored, LinkQueue.without(stored, "c"));
        same(stored, LinkQueue.with(stored, "c\nd"));
    }

    static void letsTheOldestLinksMakeRoom() {
        String stored = "";
        for (int i = 0; i < LinkQueue.MAX_LINKS + 5; i++) stored = LinkQueue.with(stored, "link" + i);
        List<String> links = LinkQueue.links(stored);
        same(LinkQueue.MAX_LINKS, links.size());
        same("link5", links.get(0));
    }

    static void writesJsonThatReadsTheSame() {
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("p", "\"\\\n\u0000\u00e9\ud83d\ude00");
        Map<String, Object> outer = new LinkedHashMap<>();
        outer.put("a\"", "");
        outer.put("none", null);
        outer.put("keys", inner);
        String text = JsonWriter.object(outer);
        outer.remove("none");
        same(outer, Json.parse(text), text);
        same("{}", JsonWriter.object(new LinkedHashMap<String, Object>()));
    }

    private static PushMessage read(String text) {
        return PushMessage.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
