package app.slipway.shell;

/** Why something that was asked for is not done: a code for programs (browser/api.ts has them) and a sentence. */
final class Refused extends Exception {
    static final String UNSUPPORTED = "unsupported";
    static final String DENIED = "denied";
    static final String OFFLINE = "offline";
    static final String INVALID = "invalid";
    static final String NOT_FOUND = "not_found";
    static final String NOT_SUBSCRIBED = "not_subscribed";
    private static final long serialVersionUID = 1;

    final String code;

    Refused(String code, String message) {
        super(message);
        this.code = code;
    }

    /** What a code means. */
    static String sentence(String code) {
        if (code.equals(UNSUPPORTED)) return "This app was built without push.";
        if (code.equals(DENIED)) return "Notifications are off for this app.";
        if (code.equals(OFFLINE)) return "There is no network, or the API can't answer now.";
        return "This device is not subscribed.";
    }
}
