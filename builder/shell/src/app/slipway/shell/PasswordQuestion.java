package app.slipway.shell;

import android.app.AlertDialog;
import android.content.DialogInterface;
import android.text.InputType;
import android.webkit.HttpAuthHandler;
import android.webkit.WebView;
import android.widget.EditText;
import android.widget.LinearLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the person for the name and password that a server wants (HTTP Basic, RFC 7617). The WebView keeps them, and they are
 * tried once before the next question. There is one question at a time: others for the same get its answer, the rest a no.
 */
final class PasswordQuestion implements DialogInterface.OnClickListener, DialogInterface.OnCancelListener {
    /** Longest part of what a server says of itself that is shown, characters. */
    private static final int MAX_REALM = 100;
    /** Space around the fields, dp. */
    private static final int MARGIN_DP = 20;

    private final MainActivity activity;
    /** Whoever waits for the answer: a page's parts ask each on their own. */
    private final List<HttpAuthHandler> waiting = new ArrayList<>();
    /** What is before the person, or null; and who asks. */
    private AlertDialog dialog = null;
    private WebView view;
    private String host;
    private String realm;
    private EditText user;
    private EditText password;

    PasswordQuestion(MainActivity activity) {
        this.activity = activity;
    }

    /** The realm is what the server says of itself; null for nothing. */
    void ask(WebView asking, HttpAuthHandler handler, String where, String about) {
        String[] kept =
                handler.useHttpAuthUsernamePassword() ? asking.getHttpAuthUsernamePassword(where, about) : null;
        if (kept != null && kept.length == 2) {
            handler.proceed(kept[0], kept[1]);
            return;
        }
        if (dialog != null) {
            if (asking == view && where.equals(host) && String.valueOf(about).equals(String.valueOf(realm))) waiting.add(handler);
            else handler.cancel();
            return;
        }
        view = asking;
        host = where;
        realm = about;
        waiting.add(handler);
        show();
    }

    private void show() {
        LinearLayout fields = new LinearLayout(activity);
        fields.setOrientation(LinearLayout.VERTICAL);
        int margin = Math.round(MARGIN_DP * activity.getResources().getDisplayMetrics().density);
        fields.setPadding(margin, 0, margin, 0);
        user = field(fields, Strings.USER, InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS);
        password = field(fields, Strings.PASSWORD, InputType.TYPE_TEXT_VARIATION_PASSWORD);
        String said = realm == null ? "" : realm.replaceAll("[\\p{Cc}\\p{Cf}]", " "); // nothing that turns the text around
        said = said.substring(0, Math.min(MAX_REALM, said.length()));
        try {
            dialog =
                    new AlertDialog.Builder(activity)
                            .setMessage(String.format(Strings.ASKS_PASSWORD, host, said))
                            .setView(fields)
                            .setPositiveButton(Strings.OK, this)
                            .setNegativeButton(Strings.CANCEL, this)
                            .setOnCancelListener(this)
                            .show();
            dialog.setCanceledOnTouchOutside(false); // what was typed would be lost
        } catch (RuntimeException noWindow) { // the activity is on its way out
            answer(false);
        }
    }

    private EditText field(LinearLayout fields, String hint, int kind) {
        EditText field = new EditText(activity);
        field.setHint(hint);
        field.setInputType(InputType.TYPE_CLASS_TEXT | kind);
        fields.addView(field);
        return field;
    }

    /** The window was closed, with the activity or before, or the app sends it elsewhere: nobody answers. */
    void onPageGone(WebView gone) {
        if (gone != view) return;
        dialog.dismiss();
        answer(false);
    }

    @Override
    public void onClick(DialogInterface clicked, int which) {
        answer(which == DialogInterface.BUTTON_POSITIVE);
    }

    /** By the key or gesture for back. */
    @Override
    public void onCancel(DialogInterface cancelled) {
        answer(false);
    }

    private void answer(boolean given) {
        dialog = null;
        String name = given ? user.getText().toString() : null;
        String secret = given ? password.getText().toString() : null;
        if (given) view.setHttpAuthUsernamePassword(host, realm, name, secret);
        for (HttpAuthHandler handler : waiting) {
            if (given) handler.proceed(name, secret);
            else handler.cancel();
        }
        waiting.clear();
        view = null;
    }
}
