package app.slipway.shell;

import android.app.Activity;
import android.content.pm.PackageManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Asks the user for Android permissions, one question at a time: Android refuses a second while one is open. */
final class Permissions {
    /** Told once it is settled which of the permissions the app has. */
    interface Answer {
        void settled(List<String> granted);
    }

    private static final class Question {
        final List<String> permissions;
        final Answer answer;

        Question(List<String> permissions, Answer answer) {
            this.permissions = permissions;
            this.answer = answer;
        }
    }

    private final Activity activity;
    private final int requestCode;
    private final Queue<Question> waiting = new ArrayDeque<>();
    /** Whether the first of them is before the user. */
    private boolean open = false;

    Permissions(Activity activity, int requestCode) {
        this.activity = activity;
        this.requestCode = requestCode;
    }

    boolean has(String permission) {
        return activity.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED;
    }

    /** Asks for those the app does not have yet. */
    void ask(List<String> permissions, Answer answer) {
        waiting.add(new Question(permissions, answer));
        next();
    }

    /** To be called with every onRequestPermissionsResult of this request code. */
    void onResult() {
        if (!open) return; // asked before the process died
        open = false;
        settle();
        next();
    }

    private void next() {
        while (!open && !waiting.isEmpty()) {
            List<String> missing = new ArrayList<>(waiting.peek().permissions);
            missing.removeAll(granted(missing));
            open = !missing.isEmpty();
            if (open) activity.requestPermissions(missing.toArray(new String[0]), requestCode);
            else settle();
        }
    }

    private void settle() {
        Question question = waiting.remove();
        question.answer.settled(granted(question.permissions));
    }

    private List<String> granted(List<String> permissions) {
        List<String> granted = new ArrayList<>();
        for (String permission : permissions) {
            if (has(permission)) granted.add(permission);
        }
        return granted;
    }
}
