package android.view;

/** This phone draws nothing. */
public abstract class Window {}
