package android.util;

/** To the errors of the process. */
public final class Log {
    private Log() {}

    public static int i(String tag, String text, Throwable cause) {
        return print("I", tag, text, cause);
    }

    public static int w(String tag, String text, Throwable cause) {
        return print("W", tag, text, cause);
    }

    public static int w(String tag, Throwable cause) {
        return print("W", tag, "", cause);
    }

    private static int print(String level, String tag, String text, Throwable cause) {
        System.err.println(level + "/" + tag + ": " + text);
        cause.printStackTrace();
        return 0;
    }
}
