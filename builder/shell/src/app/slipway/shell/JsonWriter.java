package app.slipway.shell;

import java.util.Map;

/** Writes JSON text (RFC 8259) of strings and of objects of them. */
final class JsonWriter {
    private JsonWriter() {}

    /** An object; values are strings or objects of the same kind, and a name whose value is null is left out. */
    static String object(Map<String, ?> members) {
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<String, ?> member : members.entrySet()) {
            if (member.getValue() == null) continue;
            if (text.length() > 1) text.append(',');
            text.append(string(member.getKey())).append(':').append(value(member.getValue()));
        }
        return text.append('}').toString();
    }

    @SuppressWarnings("unchecked")
    private static String value(Object value) {
        return value instanceof Map ? object((Map<String, ?>) value) : string((String) value);
    }

    private static String string(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c >= ' ' && c < 0x7f) text.append(c);
            else text.append(String.format("\\u%04x", (int) c));
        }
        return text.append('"').toString();
    }
}
