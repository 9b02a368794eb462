package app.slipway.shell;

import android.content.Context;
import android.view.Gravity;
import android.view.View;
import android.widget.Button;
import android.widget.LinearLayout;
import android.widget.TextView;

/** What stands in for a page that can't be shown: why, and a button to try again. */
final class FailureView extends LinearLayout {
    /** Space around the text, dp: Android's usual page margin, doubled for a page this empty. */
    private static final int MARGIN_DP = 32;
    /** Size of the text, sp: Android's "large" body text. */
    private static final int TEXT_SP = 18;

    private final int textColor;
    private final Runnable retry;
    private TextView message;

    FailureView(Context context, ShellConfig config, Runnable retry) {
        super(context);
        textColor = Color.isLight(config.backgroundColor) ? 0xff202124 : 0xffffffff;
        this.retry = retry;
        setOrientation(VERTICAL);
        setGravity(Gravity.CENTER);
        setBackgroundColor(config.backgroundColor);
        setClickable(true); // no tap falls through to the page behind
        setVisibility(GONE);
        build("");
    }

    /** Takes on a configuration that changed: sizes are in pixels once they are set. */
    void refresh() {
        CharSequence text = message.getText();
        removeAllViews();
        build(text);
    }

    private void build(CharSequence text) {
        int margin = Math.round(MARGIN_DP * getResources().getDisplayMetrics().density);
        message = new TextView(getContext());
        message.setText(text);
        message.setTextSize(TEXT_SP);
        message.setTextColor(textColor);
        message.setGravity(Gravity.CENTER);
        message.setPadding(margin, margin, margin, margin);
        addView(message, new LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT));

        Button button = new Button(getContext());
        button.setText(Strings.RETRY);
        button.setOnClickListener(
                new OnClickListener() {
                    @Override
                    public void onClick(View view) {
                        retry.run();
                    }
                });
        addView(button, new LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT));
    }

    void show(String text) {
        message.setText(text);
        setVisibility(VISIBLE);
        announceForAccessibility(text);
    }

    void hide() {
        setVisibility(GONE);
    }

    boolean isShowing() {
        return getVisibility() == VISIBLE;
    }
}
