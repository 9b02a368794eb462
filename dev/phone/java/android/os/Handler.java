package android.os;

public class Handler {
    private final Looper looper;

    public Handler(Looper looper) {
        this.looper = looper;
    }

    public void handleMessage(Message message) {}

    public final boolean post(Runnable work) {
        return postDelayed(work, 0);
    }

    public final boolean postDelayed(Runnable work, long delay) {
        looper.post(work, delay);
        return true;
    }

    /** What was posted without a delay is done before anybody could take it back. */
    public final void removeCallbacks(Runnable work) {}

    public final boolean sendMessage(Message message) {
        return post(() -> handleMessage(message));
    }
}
