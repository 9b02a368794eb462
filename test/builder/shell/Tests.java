package app.slipway.shell;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Runs the tests of the shell's plain Java on a JVM: every method of the classes below whose name is a test's.
 * Prints a line for each, "ok Class.method" or "FAILED Class.method: why"; shell.test.ts reads them.
 */
final class Tests {
    private static final Class<?>[] CLASSES = {
        JsonTest.class, ConfigTest.class, AddressTest.class, PolicyTest.class, RulesTest.class, DownloadTest.class,
        PageStateTest.class, CipherTest.class, MessageTest.class, CodeLinkTest.class,
    };

    private Tests() {}

    public static void main(String[] args) throws IllegalAccessException {
        for (Class<?> type : CLASSES) {
            Method[] methods = type.getDeclaredMethods();
            Arrays.sort(methods, (a, b) -> a.getName().compareTo(b.getName()));
            for (Method method : methods) {
                if (!method.isSynthetic() && method.getParameterCount() == 0) run(type, method);
            }
        }
    }

    private static void run(Class<?> type, Method method) throws IllegalAccessException {
        String name = type.getSimpleName() + "." + method.getName();
        try {
            method.invoke(null);
            System.out.println("ok " + name);
        } catch (InvocationTargetException e) {
            System.out.println("FAILED " + name + ": " + String.valueOf(e.getCause()).replace('\n', ' '));
        }
    }

    static void same(Object expected, Object actual, String about) {
        if (expected == null ? actual == null : expected.equals(actual)) return;
        throw new AssertionError(about + ": expected " + expected + ", was " + actual);
    }

    static void same(Object expected, Object actual) {
        same(expected, actual, "value");
    }

    /** Expects the code to refuse its input. */
    static void refused(String about, Runnable code) {
        try {
            code.run();
        } catch (IllegalArgumentException expected) {
            return;
        }
        throw new AssertionError("accepted: " + about);
    }
}
