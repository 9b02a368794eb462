package device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Lines of JSON on the input and output of the process. */
public final class Lines {
    private static final BufferedReader IN =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Lines() {}

    /** The next line, or null at the end. */
    public static String read() throws IOException {
        return IN.readLine();
    }

    public static synchronized void write(Map<?, ?> line) {
        OUT.println(text(line));
    }

    private static String text(Object value) {
        StringBuilder text = new StringBuilder();
        if (value instanceof Map) {
            for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
                text.append(text.length() == 0 ? "" : ",").append(quoted((String) member.getKey()));
                text.append(':').append(text(member.getValue()));
            }
            return "{" + text + "}";
        }
        if (value instanceof List) {
            for (Object item : (List<?>) value) text.append(text.length() == 0 ? "" : ",").append(text(item));
            return "[" + text + "]";
        }
        return value instanceof String ? quoted((String) value) : String.valueOf(value);
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c >= ' ' && c < 0x7f) text.append(c);
            else text.append(String.format("\\u%04x", (int) c));
        }
        return text.append('"').toString();
    }
}
