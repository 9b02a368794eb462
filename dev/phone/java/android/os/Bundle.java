package android.os;

/** This phone saves no state of an activity. */
public final class Bundle {
    public int getInt(String key) {
        return 0;
    }

    public void putInt(String key, int value) {}
}
