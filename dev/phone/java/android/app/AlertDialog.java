package android.app;

import android.content.Context;
import android.content.DialogInterface;
import device.Device;

/** What the app asks or tells the person. */
public class AlertDialog implements DialogInterface {
    private CharSequence message;
    private OnClickListener positive;
    private OnClickListener negative;
    private OnCancelListener cancelled;

    private AlertDialog() {}

    @Override
    public void dismiss() {
        Device.closeDialog(this);
    }

    @Override
    public void cancel() {
        dismiss();
        if (cancelled != null) cancelled.onCancel(this);
    }

    /** For the phone, not Android's. */
    public CharSequence message() {
        return message;
    }

    /** For the phone, not Android's: the person presses a button, which closes the dialogue. */
    public void press(boolean isPositive) {
        dismiss();
        OnClickListener pressed = isPositive ? positive : negative;
        if (pressed != null) pressed.onClick(this, isPositive ? BUTTON_POSITIVE : BUTTON_NEGATIVE);
    }

    public static class Builder {
        private final AlertDialog made = new AlertDialog();

        /** A dialogue needs an activity: an app's other contexts have no window. */
        public Builder(Context context) {
            if (!(context instanceof Activity)) throw new IllegalArgumentException("no window");
        }

        public Builder setMessage(CharSequence message) {
            made.message = message;
            return this;
        }

        public Builder setPositiveButton(CharSequence text, OnClickListener pressed) {
            made.positive = pressed;
            return this;
        }

        public Builder setNegativeButton(CharSequence text, OnClickListener pressed) {
            made.negative = pressed;
            return this;
        }

        public Builder setOnCancelListener(OnCancelListener cancelled) {
            made.cancelled = cancelled;
            return this;
        }

        public AlertDialog show() {
            Device.openDialog(made);
            return made;
        }
    }
}
