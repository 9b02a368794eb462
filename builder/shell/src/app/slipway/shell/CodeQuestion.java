package app.slipway.shell;

import android.app.AlertDialog;
import android.content.DialogInterface;
import android.content.Intent;
import android.os.Handler;
import android.os.Looper;
import android.widget.Toast;

/**
 * Takes the codes of channels that the app is opened with, or whose link the user taps in one of its own pages, and tells
 * the person what became of them. Whoever made the code, the person can undo it: any app may open this one with an address.
 */
final class CodeQuestion {
    private final MainActivity activity;
    private final Handler main = new Handler(Looper.getMainLooper());
    /** null in an app without push. */
    private final Codes codes;
    /** What is before the person, or null. */
    private AlertDialog dialog = null;
    private boolean isOffer = false;
    /** A code came just now: the person waits for it. */
    private boolean isFresh = false;
    /** Android's question for the permission is asked, or was. */
    private boolean isAsking = false;
    private boolean wasAsked = false;
    private boolean isClosed = false;

    CodeQuestion(MainActivity activity) {
        this.activity = activity;
        codes = activity.config.push == null ? null : new Codes(activity);
    }

    /** Reads an intent that started the activity. What is kept goes on as the app comes to the front. */
    void opened(Intent intent) {
        if (intent == null || (intent.getFlags() & Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY) != 0) return;
        if (Intent.ACTION_VIEW.equals(intent.getAction())) keep(intent.getDataString());
    }

    /** The user tapped a link in one of the app's own pages. Returns whether it was one to a code. */
    boolean tapped(String url) {
        if (!keep(url)) return false;
        goOn();
        return true;
    }

    /** Whether an address is that of a code of this app's API. */
    boolean isOne(String address) {
        return code(address) != null;
    }

    private String code(String address) {
        return codes == null ? null : CodeLink.code(address, activity.config.push.apiOrigin);
    }

    private boolean keep(String address) {
        String code = code(address);
        if (code == null) return false;
        codes.add(code);
        isFresh = true;
        wasAsked = false;
        return true;
    }

    /** To be called when the app comes to the front, from a question or the settings too, and when there is a network. */
    void goOn() {
        if (codes == null || isClosed) return;
        boolean areOn = Notifier.areOn(activity);
        codes.expire();
        if (isOffer && (areOn || !codes.areWaiting())) dismiss();
        tell();
        if (areOn || !codes.areWaiting()) work();
        else if (!isAsking && dialog == null) askToNotify();
    }

    /** Takes a dialogue away with the activity; the one that follows shows it anew. */
    void close() {
        isClosed = true;
        dismiss();
    }

    private void dismiss() {
        if (dialog != null) dialog.dismiss();
        dialog = null;
        isOffer = false;
    }

    private void work() {
        if (isFresh) Toast.makeText(activity, Strings.SUBSCRIBING, Toast.LENGTH_SHORT).show();
        boolean tells = isFresh;
        isFresh = false;
        codes.work(
                tells,
                new Runnable() {
                    @Override
                    public void run() {
                        main.post(
                                new Runnable() {
                                    @Override
                                    public void run() {
                                        tell();
                                    }
                                });
                    }
                });
    }

    private void askToNotify() {
        if (wasAsked || !activity.notifications.permission().equals("default")) {
            offerSettings();
            return;
        }
        isAsking = true;
        wasAsked = true;
        activity.notifications.askInContext(
                new Runnable() {
                    @Override
                    public void run() {
                        isAsking = false;
                        goOn();
                    }
                });
    }

    private void offerSettings() {
        AlertDialog.Builder offer = new AlertDialog.Builder(activity).setMessage(Strings.NOTIFICATIONS_OFF);
        Answer answer = new Answer(null);
        offer.setPositiveButton(Strings.SETTINGS, answer).setNegativeButton(Strings.NOT_NOW, answer);
        show(offer, answer);
        isOffer = dialog != null;
    }

    /** Says the next thing that there is to say. */
    private void tell() {
        String[] news = isClosed || dialog != null ? null : codes.news();
        if (news == null) return;
        Answer answer = new Answer(news);
        AlertDialog.Builder telling = new AlertDialog.Builder(activity).setMessage(news[1]);
        telling.setPositiveButton(Strings.OK, answer);
        if (!news[0].isEmpty()) telling.setNegativeButton(Strings.UNDO, answer);
        show(telling, answer);
    }

    private void show(AlertDialog.Builder question, Answer answer) {
        try {
            dialog = question.setOnCancelListener(answer).show();
        } catch (RuntimeException noWindow) { // the activity is on its way out: another one says it
            dialog = null;
        }
    }

    /** The person's answer to what was said; without news, to the offer of the settings. */
    private final class Answer implements DialogInterface.OnClickListener, DialogInterface.OnCancelListener {
        private final String[] news;

        Answer(String[] news) {
            this.news = news;
        }

        @Override
        public void onClick(DialogInterface clicked, int which) {
            boolean isYes = which == DialogInterface.BUTTON_POSITIVE;
            dialog = null;
            isOffer = false;
            if (news != null) {
                codes.told(news, !isYes);
                goOn();
            } else if (isYes) {
                openSettings();
            } else {
                codes.drop();
            }
        }

        /** By the key or gesture for back. */
        @Override
        public void onCancel(DialogInterface cancelled) {
            int which = news == null ? DialogInterface.BUTTON_NEGATIVE : DialogInterface.BUTTON_POSITIVE;
            onClick(cancelled, which);
        }
    }

    private void openSettings() {
        try {
            activity.startActivity(AppSettings.notifications(activity));
        } catch (RuntimeException none) { // as on some televisions
            Toast.makeText(activity, Strings.NO_APP, Toast.LENGTH_LONG).show();
        }
    }
}
