package android.app;

import android.content.Context;
import android.graphics.Bitmap;
import android.graphics.drawable.Icon;
import java.util.ArrayList;
import java.util.List;

/** What a notification says; how it looks is left out. */
public class Notification {
    public static final int PRIORITY_DEFAULT = 0;
    public static final int PRIORITY_HIGH = 1;
    public static final int DEFAULT_SOUND = 1;
    public static final int DEFAULT_LIGHTS = 4;

    public String channel;
    public int smallIcon;
    public int color;
    public CharSequence title;
    public CharSequence text;
    public long when;
    public boolean isAutoCancelled;
    public PendingIntent contentIntent;
    public final List<Action> actions = new ArrayList<>();

    public static class Action {
        public final CharSequence title;
        public final PendingIntent intent;

        Action(CharSequence title, PendingIntent intent) {
            this.title = title;
            this.intent = intent;
        }

        public static final class Builder {
            private final Action action;

            public Builder(Icon icon, CharSequence title, PendingIntent intent) {
                action = new Action(title, intent);
            }

            public Action build() {
                return action;
            }
        }
    }

    public abstract static class Style {}

    public static class BigTextStyle extends Style {
        public BigTextStyle bigText(CharSequence text) {
            return this;
        }
    }

    public static class BigPictureStyle extends Style {
        public BigPictureStyle bigPicture(Bitmap picture) {
            return this;
        }

        public BigPictureStyle setSummaryText(CharSequence text) {
            return this;
        }
    }

    public static class Builder {
        private final Notification made = new Notification();

        public Builder(Context context) {}

        public Builder(Context context, String channel) {
            made.channel = channel;
        }

        public Builder setSmallIcon(int icon) {
            made.smallIcon = icon;
            return this;
        }

        public Builder setLargeIcon(Bitmap icon) {
            return this;
        }

        public Builder setColor(int color) {
            made.color = color;
            return this;
        }

        public Builder setContentTitle(CharSequence title) {
            made.title = title;
            return this;
        }

        public Builder setContentText(CharSequence text) {
            made.text = text;
            return this;
        }

        public Builder setStyle(Style style) {
            return this;
        }

        public Builder setAutoCancel(boolean isAutoCancelled) {
            made.isAutoCancelled = isAutoCancelled;
            return this;
        }

        public Builder setOnlyAlertOnce(boolean isQuiet) {
            return this;
        }

        public Builder setShowWhen(boolean isShown) {
            return this;
        }

        public Builder setWhen(long when) {
            made.when = when;
            return this;
        }

        public Builder setContentIntent(PendingIntent intent) {
            made.contentIntent = intent;
            return this;
        }

        public Builder addAction(Action action) {
            made.actions.add(action);
            return this;
        }

        public Builder setVisibility(int visibility) {
            return this;
        }

        public Builder setPriority(int priority) {
            return this;
        }

        public Builder setDefaults(int defaults) {
            return this;
        }

        public Notification build() {
            return made;
        }
    }
}
