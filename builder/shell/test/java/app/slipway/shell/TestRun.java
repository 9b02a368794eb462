package app.slipway.shell;

import java.io.IOException;
import java.io.PrintStream;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/**
 * Runs the test classes that it is given, and prints a line of JSON for each case: {"name", "failure"}, where failure
 * is null or what went wrong; {"done": true} when all have run. Whatever else is printed goes to the error output.
 */
public final class TestRun extends RunListener {
    private final PrintStream out;
    private String failure = null;

    private TestRun(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] names) throws ClassNotFoundException {
        TestRun run = new TestRun(System.out);
        System.setOut(System.err);
        endWithStarter();
        Class<?>[] classes = new Class<?>[names.length];
        for (int i = 0; i < names.length; i++) classes[i] = Class.forName(names[i]);
        JUnitCore core = new JUnitCore();
        core.addListener(run);
        core.run(classes);
        run.out.println("{\"done\":true}");
        System.exit(0); // whatever threads the tests have left
    }

    /** Nothing is written to the input, which ends when the process does that started this one, however it does. */
    private static void endWithStarter() {
        Thread waiting = new Thread(() -> {
            try {
                while (System.in.read() >= 0) continue;
            } catch (IOException ended) {
                // the same
            }
            Runtime.getRuntime().halt(1);
        });
        waiting.setDaemon(true);
        waiting.start();
    }

    @Override
    public void testFailure(Failure found) {
        if (found.getDescription().isTest()) failure = found.getTrimmedTrace();
        else print(found.getDescription().getDisplayName(), found.getTrimmedTrace()); // a class that can't be set up
    }

    /** A test that runs only sometimes shows nothing. */
    @Override
    public void testAssumptionFailure(Failure found) {
        testFailure(found);
    }

    @Override
    public void testIgnored(Description test) {
        print(nameOf(test), "is switched off");
    }

    @Override
    public void testFinished(Description test) {
        print(nameOf(test), failure);
        failure = null;
    }

    /** StartTest.showsTheStartPage, say; Robolectric adds the level. */
    private static String nameOf(Description test) {
        if (!test.isTest()) return test.getDisplayName();
        return test.getTestClass().getSimpleName() + "." + test.getMethodName().replaceFirst("\\[.*", "");
    }

    private void print(String name, String failure) {
        String found = failure == null ? "null" : quoted(failure);
        out.println("{\"name\":" + quoted(name) + ",\"failure\":" + found + "}");
        out.flush();
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') json.append(c);
            else json.append(String.format("\\u%04x", (int) c));
        }
        return json.append('"').toString();
    }
}
