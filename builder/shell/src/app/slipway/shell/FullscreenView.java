package app.slipway.shell;

import android.app.Activity;
import android.content.pm.ActivityInfo;
import android.view.View;
import android.view.ViewGroup;
import android.view.ViewGroup.LayoutParams;
import android.webkit.WebChromeClient.CustomViewCallback;
import android.widget.FrameLayout;

/**
 * The view a page shows over the whole screen, usually a video: above everything else, bars hidden, and turned as the
 * user holds the device, whatever the owner fixed the app to.
 */
final class FullscreenView {
    private final Activity activity;
    private final SystemBars bars;
    private View view = null;
    private int orientation = 0;
    private CustomViewCallback closed = null;

    FullscreenView(Activity activity, SystemBars bars) {
        this.activity = activity;
        this.bars = bars;
    }

    boolean isShowing() {
        return view != null;
    }

    void show(View content, CustomViewCallback callback) {
        if (view != null) {
            callback.onCustomViewHidden();
            return;
        }
        view = content;
        closed = callback;
        content.setBackgroundColor(0xff000000);
        LayoutParams fill = new FrameLayout.LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.MATCH_PARENT);
        decor().addView(content, fill);
        bars.setVideo(true);
        orientation = activity.getRequestedOrientation();
        activity.setRequestedOrientation(ActivityInfo.SCREEN_ORIENTATION_USER);
    }

    void hide() {
        if (view == null) return;
        decor().removeView(view); // unless the WebView took it away itself
        view = null;
        bars.setVideo(false);
        activity.setRequestedOrientation(orientation);
        CustomViewCallback callback = closed;
        closed = null;
        callback.onCustomViewHidden();
    }

    private ViewGroup decor() {
        return (ViewGroup) activity.getWindow().getDecorView();
    }
}
