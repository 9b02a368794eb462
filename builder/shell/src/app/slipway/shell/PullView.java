package app.slipway.shell;

import android.app.Activity;
import android.content.Context;
import android.content.res.ColorStateList;
import android.graphics.drawable.GradientDrawable;
import android.view.Gravity;
import android.view.MotionEvent;
import android.view.View;
import android.view.ViewGroup;
import android.webkit.WebView;
import android.widget.FrameLayout;
import android.widget.ProgressBar;

/**
 * A WebView that loads its page again when it is pulled down from its top. It takes no touch away from the page: it watches
 * for one that the page has no use for. Where something inside scrolls, or the page handles touches itself, the WebView
 * is not scrolled beyond its top, and nothing happens; nor does it for a pinch, or a pull that goes aside.
 */
final class PullView extends WebView {
    /** How far to pull, dp: farther than a hand trembles, and less than a thumb reaches. */
    private static final int DISTANCE_DP = 96;
    /** A touch that goes aside farther than that, dp, before it goes down, is none. */
    private static final int SLOP_DP = 8;
    /** Diameter of the sign, dp, and how much of it surrounds what turns. */
    private static final int SIGN_DP = 40;
    private static final int PADDING_DP = 6;

    private final ProgressBar sign;
    private final float density;
    private float x;
    private float y;
    /** This touch may be a pull. */
    private boolean isOpen = false;
    /** The page is at its top, and was pulled farther. */
    private boolean isBeyond = false;
    private boolean isLoading = false;
    /** Something is on its way into this window. */
    private boolean isComing = false;

    PullView(Context activity, int color) {
        super(activity);
        density = getResources().getDisplayMetrics().density;
        sign = new ProgressBar(activity);
        sign.setIndeterminateTintList(ColorStateList.valueOf(color));
        GradientDrawable disc = new GradientDrawable();
        disc.setShape(GradientDrawable.OVAL);
        disc.setColor(Color.isLight(color) ? 0xff202124 : 0xffffffff);
        sign.setBackground(disc);
        int padding = Math.round(PADDING_DP * density);
        sign.setPadding(padding, padding, padding, padding);
        sign.setContentDescription(Strings.RELOADING);
    }

    @Override
    public boolean onTouchEvent(MotionEvent event) {
        if (!isLoading) watch(event);
        return super.onTouchEvent(event);
    }

    private void watch(MotionEvent event) {
        int action = event.getActionMasked();
        if (action == MotionEvent.ACTION_DOWN) {
            isOpen = getScrollY() == 0;
            isBeyond = false;
            x = event.getX();
            y = event.getY();
        }
        float down = event.getY() - y;
        float aside = Math.abs(event.getX() - x);
        boolean turned = !isBeyond && aside > Math.max(down, SLOP_DP * density);
        if (turned || event.getPointerCount() > 1 || action == MotionEvent.ACTION_CANCEL) isOpen = false;
        float part = isOpen && isBeyond ? down / (DISTANCE_DP * density) : 0;
        if (action == MotionEvent.ACTION_UP) {
            isLoading = part >= 1;
            if (isLoading) announceForAccessibility(Strings.RELOADING);
            if (isLoading) reload();
            else part = 0;
        }
        show(part);
    }

    @Override
    protected void onOverScrolled(int scrollX, int scrollY, boolean clampedX, boolean clampedY) {
        if (clampedY && scrollY == 0) isBeyond = true;
        super.onOverScrolled(scrollX, scrollY, clampedX, clampedY);
    }

    /** Takes how much has come, per cent: all of it, too, once nothing does, as where the page turns out to be a download. */
    void onProgress(int percent) {
        isComing = percent < 100;
        if (!isComing) settle();
    }

    /** A page may ask whether to leave it, and the user stays. */
    @Override
    public void onWindowFocusChanged(boolean hasFocus) {
        super.onWindowFocusChanged(hasFocus);
        if (hasFocus && !isComing) settle();
    }

    /** The page has come, or will not. */
    void settle() {
        isLoading = false;
        show(0);
    }

    /** Shows how much of the way it was pulled; above the page, where nothing of it scrolls. */
    private void show(float part) {
        ViewGroup window = (ViewGroup) ((Activity) getContext()).getWindow().getDecorView();
        if (part <= 0) {
            window.removeView(sign);
            return;
        }
        int size = Math.round(SIGN_DP * density);
        if (sign.getParent() == null) {
            window.addView(sign, new FrameLayout.LayoutParams(size, size, Gravity.CENTER_HORIZONTAL));
        }
        int[] place = new int[2];
        getLocationInWindow(place);
        float shown = Math.min(part, 1);
        sign.setAlpha(shown);
        sign.setTranslationY(place[1] + size * (2 * shown - 1));
    }
}
