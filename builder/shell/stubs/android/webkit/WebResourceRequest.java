// API 21, replaced for the compiler only by what the shell uses of it, with isRedirect of API 24.
package android.webkit;

public interface WebResourceRequest {
    android.net.Uri getUrl();

    boolean isForMainFrame();

    boolean isRedirect();

    boolean hasGesture();
}
