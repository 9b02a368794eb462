package android.graphics;

/** This phone shows words alone, so there is none. */
public final class Bitmap {
    private Bitmap() {}
}
