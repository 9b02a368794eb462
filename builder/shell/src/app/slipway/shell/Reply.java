package app.slipway.shell;

/** Takes the answer to a call of a page: one of these is called, once, from any thread. */
interface Reply {
    /** Takes null, or what JsonWriter knows. */
    void done(Object json);

    /** Takes one of the codes of browser/api.ts, and what is wrong or allowed. */
    void refused(String code, String message);
}
