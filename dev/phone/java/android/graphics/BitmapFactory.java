package android.graphics;

public class BitmapFactory {
    public static class Options {
        public boolean inJustDecodeBounds;
        public int inSampleSize;
        public int outWidth;
        public int outHeight;
    }

    /** null, as for what is no picture. */
    public static Bitmap decodeByteArray(byte[] bytes, int from, int length, Options options) {
        return null;
    }
}
