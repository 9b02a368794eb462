package app.slipway.shell;

import static app.slipway.shell.Tests.refused;
import static app.slipway.shell.Tests.same;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;

/** The JSON reader: RFC 8259, and nothing besides. The writer, of all that the reader knows. */
final class JsonTest {
    static void readsEveryKindOfValue() {
        Map<?, ?> read = (Map<?, ?>) Json.parse(" {\"a\" : [1, -2.5e+1, true, false, null, \"x\"], \"b\": {}, \"c\":[]}\n");
        same(Arrays.<Object>asList(1.0, -25.0, true, false, null, "x"), read.get("a"));
        same(Collections.emptyMap(), read.get("b"));
        same(Collections.emptyList(), read.get("c"));
    }

    static void readsEscapesAndEveryScript() {
        same("\"\\/\b\f\n\r\t\u00e9\ud83d\ude80 متجر 商店", Json.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude80 متجر 商店\""));
    }

    static void refusesWhatIsNotJson() {
        String[] broken = {
            "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "-", "1.",
            ".5", "1e", "+1", "0x10", "NaN", "tru", "nulll", "\"", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "\"a\nb\"",
            "1 2", "{} x", "// c\n1", "[1 2]", "{\"a\":1 \"b\":2}", "\ufeff1", "\u00a01", "\"\\u\uff11\uff11\uff11\uff11\"",
        };
        for (String text : broken) refused(text, () -> Json.parse(text));
    }

    static void refusesNamesGivenTwice() {
        refused("twice", () -> Json.parse("{\"url\":\"https://a.test\",\"url\":\"https://b.test\"}"));
        refused("twice, null first", () -> Json.parse("{\"a\":null,\"a\":1}"));
    }

    static void endsOnDeepNesting() {
        char[] open = new char[100_000];
        Arrays.fill(open, '[');
        refused("100,000 brackets", () -> Json.parse(new String(open)));
    }

    static void writesWhatItReads() {
        String text =
                "{\"a\":[1.0,-2.5E10,true,false,null,\"x\"],\"b\":{},\"c\":[],\"d\":{\"e\":null},"
                        + "\"\\\\\\u0000\\u00e9\":\"\\\"\\ud83d\\ude80\\ud800\\u2028\"}";
        same(text, JsonWriter.value(Json.parse(text)));
        same("null", JsonWriter.value(null));
        same("[null,null]", JsonWriter.value(Json.parse("[1e999,-1e999]")));
    }

    @SuppressWarnings("unchecked")
    static void leavesOutWhatIsNullInAnObjectOfTheApi() {
        Object read = Json.parse("{\"a\":null,\"b\":{\"c\":null,\"d\":[null]}}");
        same("{\"b\":{\"d\":[null]}}", JsonWriter.object((Map<String, ?>) read));
    }
}
