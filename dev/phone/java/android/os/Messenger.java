package android.os;

public final class Messenger implements Parcelable {
    private final Handler handler;

    public Messenger(Handler handler) {
        this.handler = handler;
    }

    public void send(Message message) {
        handler.sendMessage(message);
    }
}
