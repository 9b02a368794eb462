package app.slipway.shell;

import android.content.Context;
import android.content.Intent;
import android.print.PrintAttributes;
import android.print.PrintManager;
import android.util.Base64;
import android.webkit.WebView;
import android.widget.Toast;
import java.io.ByteArrayOutputStream;

/** What a page lets the user do with other parts of the system. */
final class PageActions {
    private final MainActivity activity;
    /** The window of the page. */
    private final WebView view;
    /** What has come of the file that the page hands over. */
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    PageActions(MainActivity activity, WebView view) {
        this.activity = activity;
        this.view = view;
    }

    void openSettings(Reply reply) {
        start(AppSettings.notifications(activity), reply);
    }

    /** Lets the user choose an app to send text and address to. Each may be null. */
    void share(String title, String text, String url, Reply reply) {
        WebAddress address = WebAddress.parse(url);
        if (text == null && url == null || url != null && (address == null || !address.isWeb())) {
            reply.refused("invalid", "needs text, or a url of http or https, or both");
            return;
        }
        Intent intent = new Intent(Intent.ACTION_SEND).setType("text/plain");
        intent.putExtra(Intent.EXTRA_TEXT, text == null ? url : url == null ? text : text + "\n" + url);
        if (title != null) intent.putExtra(Intent.EXTRA_SUBJECT, title);
        start(Intent.createChooser(intent, title), reply);
    }

    /** Opens the print dialog for the page. */
    void print(Reply reply) {
        try {
            String title = view.getTitle();
            String name = title == null || title.isEmpty() ? activity.getPackageName() : title;
            PrintManager printers = (PrintManager) activity.getSystemService(Context.PRINT_SERVICE);
            PrintAttributes usual = new PrintAttributes.Builder().build();
            if (printers.print(name, view.createPrintDocumentAdapter(name), usual) != null) {
                reply.done(null);
                return;
            }
        } catch (RuntimeException noPrinting) { // no app for it, or none that may be opened now
        }
        reply.refused("unsupported", "this device can't print");
    }

    /**
     * Takes the next part of a download (base64), which the page reads for the app; the last comes with a media type. With
     * neither, the page could not read it.
     */
    void file(String data, String name, String type, Reply reply) {
        boolean unread = data == null && type == null;
        boolean fails = unread || type != null && !activity.downloads.admits();
        try {
            byte[] part = Base64.decode(data == null ? "" : data, Base64.DEFAULT);
            file.write(part, 0, part.length);
        } catch (IllegalArgumentException broken) {
            fails = true;
        }
        if (fails || file.size() > Saved.MAX_BYTES) {
            file.reset();
            if (unread) Toast.makeText(activity, Strings.DOWNLOAD_FAILED, Toast.LENGTH_LONG).show();
            reply.refused("invalid", "needs a file of at most " + Saved.MAX_BYTES + " bytes, and a touch now and then");
            return;
        }
        if (type != null) {
            Saved.save(activity, name == null ? "" : name, type, file.toByteArray(), null);
            file.reset();
        }
        reply.done(null);
    }

    private void start(Intent intent, Reply reply) {
        try {
            activity.startActivity(intent);
            reply.done(null);
        } catch (RuntimeException noApp) {
            reply.refused("unsupported", "this device has no app for it");
        }
    }
}
