package app.slipway.shell;

import java.util.List;
import java.util.Map;

/** Writes JSON text (RFC 8259), in ASCII, of what Json reads: maps, lists, strings, numbers, booleans and null. */
final class JsonWriter {
    private final StringBuilder text = new StringBuilder();
    private final boolean writesNull;

    private JsonWriter(boolean writesNull) {
        this.writesNull = writesNull;
    }

    /** An object, as the API takes it: a name whose value is null is left out, within as well. */
    static String object(Map<String, ?> members) {
        return new JsonWriter(false).write(members);
    }

    /** Any value, as it is; a number that JSON has no form for is null. */
    static String value(Object value) {
        return new JsonWriter(true).write(value);
    }

    private String write(Object value) {
        add(value);
        return text.toString();
    }

    private void add(Object value) {
        if (value instanceof Map) addObject((Map<?, ?>) value);
        else if (value instanceof List) addList((List<?>) value);
        else if (value instanceof String) addString((String) value);
        else if (value instanceof Double && ((Double) value).isInfinite()) text.append("null"); // as of 1e999
        else text.append(value);
    }

    private void addObject(Map<?, ?> members) {
        String between = "";
        text.append('{');
        for (Map.Entry<?, ?> member : members.entrySet()) {
            if (member.getValue() == null && !writesNull) continue;
            text.append(between);
            addString((String) member.getKey());
            text.append(':');
            add(member.getValue());
            between = ",";
        }
        text.append('}');
    }

    private void addList(List<?> items) {
        String between = "";
        text.append('[');
        for (Object item : items) {
            text.append(between);
            add(item);
            between = ",";
        }
        text.append(']');
    }

    private void addString(String value) {
        text.append('"');
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c >= ' ' && c < 0x7f) text.append(c);
            else text.append(String.format("\\u%04x", (int) c));
        }
        text.append('"');
    }
}
