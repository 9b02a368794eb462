package android.os;

/** What another process can be given. */
public interface Parcelable {}
