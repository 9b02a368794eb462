package android.os;

/** This phone keeps no state of an activity. */
public final class Bundle {}
