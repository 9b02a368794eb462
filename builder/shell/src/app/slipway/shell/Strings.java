package app.slipway.shell;

/** What the shell says. In code, since resources differ from app to app; English for now. */
final class Strings {
    static final String OFFLINE = "You are offline.";
    static final String UNREACHABLE = "This page can't be reached.";
    static final String INSECURE = "The connection to this page is not secure, so it was not opened.";
    static final String CRASHED = "This page stopped working.";
    static final String NO_WEBVIEW = "Android System WebView is missing or being updated.";
    static final String ELSEWHERE = "This page opens outside the app.";
    static final String RETRY = "Try again";
    static final String RELOADING = "Loading again";
    static final String NO_APP = "No app can open this link.";
    static final String CHOOSE_FILE = "Choose a file";
    static final String CHOOSE_AGAIN = "This page was loaded again. Please choose the file once more.";
    static final String DOWNLOADING = "Downloading ";
    static final String DOWNLOADED = "Saved in Downloads: ";
    static final String DOWNLOAD_UNSUPPORTED = "This kind of download is not supported.";
    static final String DOWNLOAD_FAILED = "The download could not be started.";
    static final String NOTIFICATIONS_QUESTION = "Would you like to get notifications from this app?";
    static final String CHANNEL_NAME = "Notifications";
    static final String SUBSCRIBING = "Subscribing ...";
    /** Around a channel's name, which may be written from right to left (Unicode, isolates). */
    static final String SUBSCRIBED = "You get the notifications of \u2068%s\u2069.";
    static final String A_CHANNEL = "this channel";
    static final String UNDO = "Undo";
    static final String OK = "OK";
    static final String CANCEL = "Cancel";
    /** A host, and what it says of itself, which may be written from right to left (Unicode, isolates). */
    static final String ASKS_PASSWORD = "%s asks for your name and password: \u2068%s\u2069";
    static final String USER = "Name";
    static final String PASSWORD = "Password";
    static final String CODE_USED_UP = "This code does not work in this app, or no more. Please ask for a new one.";
    static final String CODE_TOO_OLD =
            "A code could not be used for a day, and works no more. Please ask for a new one.";
    static final String CODE_REFUSED = "This code could not be used: ";
    static final String CODE_WAITS =
            "There is no connection now. The code is kept, and used when there is one.";
    static final String NOTIFICATIONS_OFF =
            "Notifications are off for this app. Turn them on in the settings, and the code is used.";
    static final String SETTINGS = "Settings";
    static final String YES = "Yes";
    static final String NOT_NOW = "Not now";

    private Strings() {}
}
