package app.slipway.shell;

import android.app.Activity;
import android.content.pm.PackageManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Asks the user for Android permissions, one question at a time: Android refuses a second while one is open. That
 * may be one of an activity before this, which was made anew meanwhile: its answer comes to this one.
 */
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
    /** Whether the first of them is before the user, or waits for one of an activity before. */
    private boolean open = false;
    /** What the open question asks for. */
    private List<String> asked = new ArrayList<>();
    /** Android is being asked: an answer at this very moment is its refusal. */
    private boolean asking = false;
    /** Android refused the first question, since another is before the user. */
    private boolean refused = false;

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

    /**
     * To be called with every onRequestPermissionsResult of this request code: no names when it was interrupted.
     * Returns whether it was the end of a question.
     */
    boolean onResult(List<String> names) {
        if (asking) {
            refused = true;
            return false;
        }
        boolean answered = names.containsAll(asked);
        boolean interrupted = names.isEmpty() && !refused;
        // Else it is the answer to a question of an activity before, for which nobody waits any more.
        if (!open || (!answered && !interrupted && !refused)) return true;
        open = false;
        refused = false;
        if (answered || interrupted) settle();
        next();
        return true;
    }

    /** Whether a question about it is before the user or waits for others. */
    boolean isAsking(String permission) {
        for (Question question : waiting) {
            if (question.permissions.contains(permission)) return true;
        }
        return false;
    }

    private void next() {
        while (!open && !waiting.isEmpty()) {
            asked = new ArrayList<>(waiting.peek().permissions);
            asked.removeAll(granted(asked));
            open = !asked.isEmpty() && request();
            if (!open) settle();
        }
    }

    /** Puts the question; false when the device can't. */
    private boolean request() {
        asking = true;
        try {
            activity.requestPermissions(asked.toArray(new String[0]), requestCode);
            return true;
        } catch (RuntimeException noDialog) { // the system's own app for it is missing or disabled
            return false;
        } finally {
            asking = false;
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
