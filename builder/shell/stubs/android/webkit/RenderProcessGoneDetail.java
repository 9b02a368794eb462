// API 26, for the compiler only.
package android.webkit;

public abstract class RenderProcessGoneDetail {
    public abstract boolean didCrash();
}
