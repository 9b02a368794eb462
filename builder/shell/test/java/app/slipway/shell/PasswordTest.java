package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.content.DialogInterface;
import android.content.Intent;
import android.content.res.Configuration;
import android.net.Uri;
import android.os.Looper;
import android.text.InputType;
import android.view.ViewGroup;
import android.webkit.WebView;
import android.widget.EditText;
import java.util.Arrays;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowAlertDialog;

/** HTTP Basic: the person is asked by whom a page of the app needs it for, once for all that wait. */
@Config(shadows = Fakes.KeepsPasswords.class)
public final class PasswordTest extends Opened {
    private static final String HOST = "www.example.com";

    @Before
    public void begin() {
        Fakes.KeepsPasswords.kept = null;
        ShadowAlertDialog.reset();
        show(HOME);
    }

    @Test
    public void asksForWhatTheServerWants() {
        Fakes.Login login = want(HOST, "Staff only");
        assertEquals("www.example.com asks for your name and password: \u2068Staff only\u2069", shadowOf(dialog()).getMessage());
        assertNull(login.answer);
        int hidden = InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD;
        assertEquals(hidden, field(1).getInputType());
        fill("ann", "secret");
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals("ann:secret", login.answer);
        assertEquals(Arrays.asList(HOST, "Staff only", "ann", "secret"), Arrays.asList(Fakes.KeepsPasswords.kept));
        assertFalse(dialog().isShowing());
    }

    @Test
    public void sendsNothingWhereThePersonDoesNotSay() {
        Fakes.Login login = want(HOST, "Staff");
        fill("ann", "secret");
        press(DialogInterface.BUTTON_NEGATIVE);
        assertEquals("no", login.answer);
        login = want(HOST, "Staff");
        dialog().onBackPressed();
        shadowOf(Looper.getMainLooper()).idle();
        assertEquals("no", login.answer);
        assertNull(Fakes.KeepsPasswords.kept);
    }

    @Test
    public void triesWhatIsKeptOnce() {
        Fakes.KeepsPasswords.kept = new String[] {HOST, "Staff", "ann", "old"};
        assertEquals("ann:old", want(HOST, "Staff").answer);
        assertNull(dialog());
        Fakes.Login again = new Fakes.Login(false); // it was wrong
        client().onReceivedHttpAuthRequest(web(), again, HOST, "Staff");
        assertNull(again.answer);
        fill("ann", "new");
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals("ann:new", again.answer);
        assertNull(want(HOST, "Another").answer); // is not kept
    }

    @Test
    public void asksOnceForAllThatWait() {
        Fakes.Login first = want(HOST, "Staff");
        AlertDialog asked = dialog();
        Fakes.Login second = want(HOST, "Staff");
        assertSame(asked, dialog());
        assertEquals("no", want("shop.example.com", "Staff").answer);
        assertEquals("no", want(HOST, "Other").answer);
        assertNull(second.answer);
        fill("ann", "secret");
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals("ann:secret", first.answer);
        assertEquals("ann:secret", second.answer);
    }

    @Test
    public void asksForNoOtherHostAndForNothingInTheClear() {
        assertEquals("no", want("ads.example.net", "You have won").answer);
        assertEquals("no", want("partner.example", "Not the page").answer);
        assertNull(want("shop.example.com", "An own host").answer);
        press(DialogInterface.BUTTON_NEGATIVE);
        show("http://www.example.com/");
        assertEquals("no", want(HOST, "In the clear").answer);
        show("http://localhost:3000/");
        assertNull(want("localhost", "On this device").answer);
    }

    /** A server says what it likes of itself. */
    @Test
    public void showsAFewPlainLettersOfWhatTheServerSays() {
        StringBuilder realm = new StringBuilder("a\u202eb\nc\u2069d");
        while (realm.length() < 5000) realm.append("x");
        want(HOST, realm.toString());
        String said = shadowOf(dialog()).getMessage().toString();
        assertTrue(said, said.contains("\u2068a b c dxxx"));
        assertTrue(said.length() < 200);
        press(DialogInterface.BUTTON_NEGATIVE);
        assertNull(want(HOST, null).answer);
        assertEquals("www.example.com asks for your name and password: \u2068\u2069", shadowOf(dialog()).getMessage());
    }

    @Test
    public void keepsTheQuestionWhenTheDeviceIsTurned() {
        Fakes.Login login = want(HOST, "Staff");
        fill("ann", "sec");
        Configuration turned = new Configuration(activity().getResources().getConfiguration());
        turned.orientation = Configuration.ORIENTATION_LANDSCAPE;
        controller.configurationChange(turned);
        assertTrue(dialog().isShowing());
        assertEquals("ann", field(0).getText().toString());
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals("ann:sec", login.answer);
    }

    @Test
    public void takesTheQuestionAwayWithTheActivity() {
        Fakes.Login login = want(HOST, "Staff");
        AlertDialog asked = dialog();
        makeAnew();
        assertEquals("no", login.answer);
        assertFalse(asked.isShowing());
        show(HOME);
        login = want(HOST, "Staff");
        fill("ann", "secret");
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals("ann:secret", login.answer);
    }

    @Test
    public void takesTheQuestionAwayWithItsPage() {
        WebView popup = openWindow(true);
        show(popup, SECOND);
        assertEquals("no", want(HOST, "Of the window behind").answer);
        assertNull(dialog());
        Fakes.Login login = new Fakes.Login(true);
        client(popup).onReceivedHttpAuthRequest(popup, login, HOST, "Staff");
        assertNull(login.answer);
        chrome().onCloseWindow(popup);
        assertEquals("no", login.answer);
        assertFalse(dialog().isShowing());
        login = want(HOST, "Staff");
        controller.newIntent(new Intent(Intent.ACTION_VIEW, Uri.parse(SECOND)));
        assertEquals("no", login.answer);
        assertFalse(dialog().isShowing());
        assertEquals(SECOND, shadow().getLastLoadedUrl());
    }

    /** The server of the main window wants it. */
    private Fakes.Login want(String host, String realm) {
        Fakes.Login login = new Fakes.Login(true);
        client().onReceivedHttpAuthRequest(web(), login, host, realm);
        return login;
    }

    private static AlertDialog dialog() {
        return ShadowAlertDialog.getLatestAlertDialog();
    }

    private static EditText field(int index) {
        return (EditText) ((ViewGroup) shadowOf(dialog()).getView()).getChildAt(index);
    }

    private static void fill(String name, String password) {
        field(0).setText(name);
        field(1).setText(password);
    }

    private static void press(int button) {
        dialog().getButton(button).performClick();
        shadowOf(Looper.getMainLooper()).idle();
    }
}
