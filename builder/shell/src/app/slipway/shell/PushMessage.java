package app.slipway.shell;

import java.net.URLEncoder;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a push says, as src/delivery/providers/webpush/payload.ts writes it: the platform overrides of Android stand in
 * place of, or beside, the notification's own fields. A field of another type counts as not there.
 */
final class PushMessage {
    /** The name of the button that closes the notification, opens nothing and counts as nothing. */
    static final String DISMISS = "dismiss";
    /** Most buttons that Android shows. */
    private static final int MAX_BUTTONS = 3;
    private static final String DELIVERED = "/delivered";

    /** A button of the notification. */
    static final class Button {
        final String title;
        final String action;
        /** null for the notification's own. */
        final String url;

        private Button(String title, String action, String url) {
            this.title = title;
            this.action = action;
            this.url = url;
        }
    }

    /** "" for none. */
    final String title;
    final String body;
    /** Addresses of pictures; null for none. */
    final String icon;
    final String image;
    /** What a tap opens; null for the app itself. */
    final String url;
    final List<Button> buttons;
    /** What came along with it, as Json reads it; null for nothing. */
    final Object data;
    /** A later message of the same tag replaces this one. */
    final String tag;
    /** Where to report that it came; null for nowhere. */
    final String receipt;
    /** null for the app's own channel. */
    final String channel;
    /** 0xffrrggbb; null for the app's own. */
    final Integer color;
    /** Whether it may come up on the screen. */
    final boolean isUrgent;

    private PushMessage(Map<?, ?> json) {
        title = text(json, "title", "");
        body = text(json, "body", "");
        icon = text(json, "icon", null);
        image = text(json, "image", null);
        url = text(json, "url", null);
        data = json.get("data");
        tag = text(json, "tag", "");
        receipt = text(json, "receipt", null);
        channel = text(json, "channel_id", null);
        color = color(text(json, "color", ""));
        isUrgent = text(json, "priority", "").toUpperCase(Locale.ROOT).equals("HIGH");
        buttons = buttons(json.get("actions"));
    }

    /** Returns null for bytes that are no JSON in UTF-8, or say nothing that could be shown. */
    static PushMessage parse(byte[] bytes) {
        try {
            Charset utf8 = Charset.forName("UTF-8");
            return of(Json.parse(utf8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()));
        } catch (CharacterCodingException | IllegalArgumentException noMessage) {
            return null;
        }
    }

    /** The same of a JSON value that is read already. */
    static PushMessage of(Object json) {
        if (!(json instanceof Map)) return null;
        PushMessage message = new PushMessage((Map<?, ?>) json);
        return message.title.isEmpty() && message.body.isEmpty() ? null : message;
    }

    /** What a tap on this button opens, or on the notification itself (""); null for the app. */
    String target(String action) {
        for (Button button : buttons) {
            if (button.action.equals(action) && button.url != null) return button.url;
        }
        return url;
    }

    /** Where to report that this button was tapped, or the notification itself (""); null for nowhere. */
    String clicked(String action) {
        if (receipt == null || !receipt.endsWith(DELIVERED) || action.equals(DISMISS)) return null;
        String link = receipt.substring(0, receipt.length() - DELIVERED.length()) + "/clicked";
        if (action.isEmpty()) return link;
        try {
            return link + "?action=" + URLEncoder.encode(action, "UTF-8");
        } catch (UnsupportedEncodingException never) {
            return link;
        }
    }

    private static String text(Map<?, ?> json, String key, String otherwise) {
        Object value = json.get(key);
        return value instanceof String && !((String) value).isEmpty() ? (String) value : otherwise;
    }

    private static Integer color(String value) {
        if (!value.matches("#[0-9a-fA-F]{6}")) return null;
        return 0xff000000 | Integer.parseInt(value.substring(1), 16);
    }

    private static List<Button> buttons(Object json) {
        List<Button> buttons = new ArrayList<>();
        for (Object one : json instanceof List ? (List<?>) json : Collections.emptyList()) {
            if (!(one instanceof Map) || buttons.size() == MAX_BUTTONS) continue;
            Map<?, ?> button = (Map<?, ?>) one;
            String title = text(button, "title", null);
            String action = text(button, "action", null);
            if (title == null || action == null) continue;
            buttons.add(new Button(title, action, action.equals(DISMISS) ? null : text(button, "url", null)));
        }
        return buttons;
    }
}
