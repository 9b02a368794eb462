package app.slipway.shell;

/** In place of the shell's own: no page is open on this phone, so nobody hears. */
final class PageEvents {
    private PageEvents() {}

    static void message(PushMessage message) {}

    static void clicked(NotificationTap tap) {}
}
