package app.slipway.shell;

import android.content.Context;
import android.os.Build;
import android.view.WindowInsets;
import android.widget.FrameLayout;

/**
 * The root of the window. Lets the insets of bars, cutout and keyboard through to a page that handles them, or
 * pads by them and hides them from the page: InsetsPolicy decides which. Before API 35 the window is not
 * edge to edge, and there is nothing to do: the insets that arrive are zero.
 */
final class InsetsLayout extends FrameLayout {
    private boolean pageHandles = false;

    InsetsLayout(Context context) {
        super(context);
    }

    void setPageHandles(boolean pageHandles) {
        if (this.pageHandles == pageHandles) return;
        this.pageHandles = pageHandles;
        requestApplyInsets();
    }

    @Override
    public WindowInsets dispatchApplyWindowInsets(WindowInsets insets) {
        if (pageHandles) {
            setPadding(0, 0, 0, 0);
            return super.dispatchApplyWindowInsets(insets);
        }
        // With adjustResize, these hold the keyboard as well as bars and cutout.
        setPadding(
                insets.getSystemWindowInsetLeft(),
                insets.getSystemWindowInsetTop(),
                insets.getSystemWindowInsetRight(),
                insets.getSystemWindowInsetBottom());
        WindowInsets none = insets.consumeSystemWindowInsets();
        if (Build.VERSION.SDK_INT >= 28) none = none.consumeDisplayCutout();
        // One by one: from API 30 on Android hands on none that are consumed, and a page would keep those of the page before.
        for (int i = 0; i < getChildCount(); i++) getChildAt(i).dispatchApplyWindowInsets(none);
        return none;
    }
}
