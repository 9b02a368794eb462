package app.slipway.shell;

import android.app.Activity;
import android.app.AlertDialog;
import android.content.DialogInterface;
import android.content.SharedPreferences;
import android.os.Build;
import android.os.Bundle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Asks about notifications, if the app may send them: in the app's own words first, then by Android's question, and
 * not before someone uses the app, unless the owner gave the words. Once ever, where only an answer counts: what was
 * interrupted, such as by the activity being made anew, is asked again.
 */
final class NotificationsQuestion {
    /** Remembers, for good, that the user answered. */
    private static final String ASKED = "asked_notifications";
    /** Remembers that the user refused once: after a second refusal, Android asks no more. */
    private static final String REFUSED = "refused_notifications";
    /** In the saved state: how far the question has come. */
    private static final String STAGE = "notifications_question";

    private static final int NOT_ASKING = 0;
    /** The app's own question is before the user. */
    private static final int APP_ASKS = 1;
    /** Android's question is. */
    private static final int ANDROID_ASKS = 2;

    private final MainActivity activity;
    private final PermissionRules rules;
    private final Permissions permissions;
    private int stage = NOT_ASKING;
    /** The app's own question, while it is before the user. */
    private AlertDialog dialog = null;
    /** What goes on once Android's question is settled. */
    private final List<Runnable> waiting = new ArrayList<>();

    NotificationsQuestion(MainActivity activity, PermissionRules rules, Permissions permissions) {
        this.activity = activity;
        this.rules = rules;
        this.permissions = permissions;
    }

    /** To be called when the user has gone from one page to another. */
    void onPageChosen() {
        if (stage == NOT_ASKING && isOpen()) ask();
    }

    /** To be called once the app has started: it asks at once where the owner gave it the words. */
    void onStarted() {
        if (stage == NOT_ASKING && prompt() != null && isOpen()) ask();
    }

    /** Puts the question again that was before the user when the state was saved; null for no state. */
    void restore(Bundle saved) {
        int before = saved == null ? NOT_ASKING : saved.getInt(STAGE);
        if (before == NOT_ASKING || !isOpen()) return;
        if (before == APP_ASKS) ask();
        else stage = before; // Android's question outlives the activity, its answer comes to this one
    }

    /** "granted"; "default": the user may be asked; "denied": not any more, or the user has switched them off. */
    String permission() {
        if (Notifier.areOn(activity)) return "granted";
        return canAsk() ? "default" : "denied";
    }

    /**
     * Asks the user by Android's own question, in the midst of what needs it, if that may be; then runs the rest, on the
     * main thread, whatever the answer. An activity that is made anew meanwhile forgets the rest.
     */
    void askInContext(Runnable then) {
        if (!permission().equals("default")) {
            then.run();
            return;
        }
        waiting.add(then);
        if (permissions.isAsking(PermissionRules.POST_NOTIFICATIONS)) return;
        if (dialog != null) dialog.dismiss();
        askByAndroid();
    }

    void save(Bundle out) {
        out.putInt(STAGE, stage);
    }

    /** Takes the question away with the activity, unanswered. */
    void close() {
        if (dialog != null) dialog.dismiss();
        dialog = null;
        waiting.clear();
    }

    /** To be called with what any of Android's questions was about: nothing when it was interrupted. */
    void onResult(List<String> names) {
        if (names.contains(PermissionRules.POST_NOTIFICATIONS)) {
            answered();
        } else if (names.isEmpty() && stage == ANDROID_ASKS) {
            // It may have been another question, which this one waited for.
            if (!permissions.isAsking(PermissionRules.POST_NOTIFICATIONS)) stage = NOT_ASKING;
        }
    }

    private boolean isOpen() {
        return Build.VERSION.SDK_INT >= 33
                && (rules.notifications() || prompt() != null)
                && !memory().getBoolean(ASKED, false)
                && !permissions.has(PermissionRules.POST_NOTIFICATIONS);
    }

    /** The owner's own words before the question; null for none. */
    private String prompt() {
        return activity.config.push == null ? null : activity.config.push.prompt;
    }

    private void ask() {
        AlertDialog.Builder question =
                new AlertDialog.Builder(activity)
                        .setMessage(prompt() == null ? Strings.NOTIFICATIONS_QUESTION : prompt())
                        .setOnCancelListener(
                                new DialogInterface.OnCancelListener() {
                                    @Override
                                    public void onCancel(DialogInterface cancelled) {
                                        answered();
                                    }
                                })
                        .setNegativeButton(
                                Strings.NOT_NOW,
                                new DialogInterface.OnClickListener() {
                                    @Override
                                    public void onClick(DialogInterface clicked, int which) {
                                        answered();
                                    }
                                })
                        .setPositiveButton(
                                Strings.YES,
                                new DialogInterface.OnClickListener() {
                                    @Override
                                    public void onClick(DialogInterface clicked, int which) {
                                        askByAndroid();
                                    }
                                });
        try {
            dialog = question.show();
            stage = APP_ASKS;
        } catch (RuntimeException noWindow) { // the activity is on its way out: another time
            dialog = null;
        }
    }

    /** Whether Android would put its question to the user. */
    private boolean canAsk() {
        return Build.VERSION.SDK_INT >= 33
                && activity.config.push != null
                && !permissions.has(PermissionRules.POST_NOTIFICATIONS)
                && (isRefusedOnce() || !memory().getBoolean(REFUSED, false));
    }

    /** Also after the user has switched notifications off in the settings, which counts as one refusal. */
    private boolean isRefusedOnce() {
        return activity.shouldShowRequestPermissionRationale(PermissionRules.POST_NOTIFICATIONS);
    }

    private void noteRefusal() {
        if (isRefusedOnce()) memory().edit().putBoolean(REFUSED, true).apply();
    }

    private void answered() {
        dialog = null;
        stage = NOT_ASKING;
        noteRefusal();
        memory().edit().putBoolean(ASKED, true).apply();
    }

    private void askByAndroid() {
        dialog = null;
        stage = ANDROID_ASKS;
        noteRefusal();
        permissions.ask(
                Collections.singletonList(PermissionRules.POST_NOTIFICATIONS),
                new Permissions.Answer() {
                    @Override
                    public void settled(List<String> granted) { // onResult remembers it
                        stage = NOT_ASKING;
                        List<Runnable> rest = new ArrayList<>(waiting);
                        waiting.clear();
                        for (Runnable then : rest) then.run();
                    }
                });
    }

    private SharedPreferences memory() {
        return activity.getPreferences(Activity.MODE_PRIVATE);
    }
}
