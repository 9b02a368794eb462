package app.slipway.shell;

import android.view.Gravity;
import android.view.View;
import android.webkit.WebView;
import android.widget.Button;
import android.widget.LinearLayout;
import android.widget.TextView;

/**
 * What stands in for a page that can't be shown: why, and a button to try again. Of one that can't be reached, it may be the
 * owner's page instead.
 */
final class FailureView extends LinearLayout implements View.OnClickListener {
    /** Space around the text, dp: Android's usual page margin, doubled for a page this empty. */
    private static final int MARGIN_DP = 32;
    /** Size of the text, sp: Android's "large" body text. */
    private static final int TEXT_SP = 18;

    private final MainActivity activity;
    private final ShellConfig config;
    private String why = "";
    /** The owner's page, while it is shown; or null. */
    private WebView page = null;

    FailureView(MainActivity activity) {
        super(activity);
        this.activity = activity;
        config = activity.config;
        setOrientation(VERTICAL);
        setGravity(Gravity.CENTER);
        setBackgroundColor(config.backgroundColor);
        setClickable(true); // no tap falls through to the page behind
        setVisibility(GONE);
    }

    /** Takes on a configuration that changed: sizes are in pixels once they are set. */
    void refresh() {
        if (page == null) build(false);
        else WebViews.scaleText(page, config);
    }

    /** Says why no page is there, by the owner's page or in words. */
    void build(boolean byPage) {
        clear();
        if (byPage && addPage()) return;
        int margin = Math.round(MARGIN_DP * getResources().getDisplayMetrics().density);
        TextView message = new TextView(getContext());
        message.setText(why);
        message.setTextSize(TEXT_SP);
        message.setTextColor(Color.isLight(config.backgroundColor) ? 0xff202124 : 0xffffffff);
        message.setGravity(Gravity.CENTER);
        message.setPadding(margin, margin, margin, margin);
        addView(message, new LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT));

        Button button = new Button(getContext());
        button.setText(Strings.RETRY);
        button.setOnClickListener(this);
        addView(button, new LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT));
    }

    @Override
    public void onClick(View button) {
        activity.retry();
    }

    /** Returns whether the device has a WebView for it. */
    private boolean addPage() {
        try {
            page = WebViews.prepared(new WebView(getContext()), config);
        } catch (RuntimeException noWebView) {
            return false;
        }
        page.setWebViewClient(new OfflinePage(activity, this));
        String html = Assets.read(getContext(), OfflinePage.FILE);
        page.loadDataWithBaseURL(null, html, "text/html", "UTF-8", null);
        addView(page, new LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.MATCH_PARENT));
        return true;
    }

    private void clear() {
        removeAllViews();
        if (page != null) page.destroy();
        page = null;
    }

    void show(String text) {
        why = text;
        build(config.offlinePage && (text.equals(Strings.OFFLINE) || text.equals(Strings.UNREACHABLE)));
        setVisibility(VISIBLE);
        announceForAccessibility(text);
    }

    void hide() {
        setVisibility(GONE);
        clear(); // a page goes on by itself otherwise
    }

    boolean isShowing() {
        return getVisibility() == VISIBLE;
    }
}
