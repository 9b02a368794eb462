package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.app.PendingIntent;
import android.content.Intent;
import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.shadows.ShadowActivity.IntentForResult;

/** Several distributors are installed and none is the default: the person chooses (UnifiedPush, "Link Activity"). */
public final class DistributorTest extends OpenedInWorld {
    private static final String REQUEST = "com.google.iid.TOKEN_REQUEST";

    @Before
    public void begin() {
        world.installDistributor();
    }

    @Test
    public void asksWhenThePageSubscribesAndUsesTheOneThatIsChosen() {
        world.installSecondDistributor(true);
        startAnew();
        assertEquals(PushWorld.SECOND, registered()); // by its name; nobody is asked at a start
        assertNull(link());
        PushCallsTest.Answer answer = subscribe();
        IntentForResult asked = link();
        assertEquals("unifiedpush://link", asked.intent.getDataString());
        assertEquals(Intent.ACTION_VIEW, asked.intent.getAction());
        assertFalse(answer.isGiven());
        answer(asked, Activity.RESULT_OK, by(PushWorld.DISTRIBUTOR));
        assertEquals(PushWorld.DISTRIBUTOR, registered());
        assertEquals(PushWorld.SECOND, world.broadcast(PushWorld.UNREGISTER).getPackage());
        world.grant();
        assertEquals("{id=sub1}", answer.value.toString());
        startAnew();
        assertEquals(PushWorld.DISTRIBUTOR, registered());
        subscribe();
        assertNull(link()); // once
    }

    @Test
    public void asksOnceForAllThatSubscribeMeanwhile() {
        world.installSecondDistributor(true);
        startAnew();
        PushCallsTest.Answer first = subscribe();
        PushCallsTest.Answer second = subscribe();
        IntentForResult asked = link();
        assertNull(link());
        answer(asked, Activity.RESULT_OK, by(PushWorld.DISTRIBUTOR));
        world.grant();
        assertEquals("{id=sub1}", first.value.toString());
        assertEquals("{id=sub1}", second.value.toString());
    }

    @Test
    public void registersNothingByAChoiceAfterThePageHasUnsubscribed() {
        world.installSecondDistributor(true);
        startAnew();
        subscribe();
        IntentForResult asked = link();
        PushCalls.unsubscribe(activity(), new PushCallsTest.Answer());
        int before = registrations();
        answer(asked, Activity.RESULT_OK, by(PushWorld.DISTRIBUTOR));
        assertEquals(before, registrations());
    }

    /** The app was left meanwhile: nobody hears of the choice. */
    @Test
    public void goesOnAtTheNextStartWhereNobodyChose() {
        world.installSecondDistributor(true);
        startAnew();
        PushCallsTest.Answer answer = subscribe();
        assertNotNull(link());
        startAnew();
        world.grant();
        assertEquals("{id=sub1}", answer.value.toString());
    }

    @Test
    public void takesNoneWhereThePersonRefuses() {
        world.installSecondDistributor(true);
        world.installPlayServices();
        startAnew();
        PushCallsTest.Answer answer = subscribe();
        answer(link(), Activity.RESULT_CANCELED, null);
        assertNotNull(world.broadcast(REQUEST));
        PlayServices.take(activity(), "https://fcm.googleapis.com/fcm/send/abc");
        assertEquals("{id=sub1}", answer.value.toString());
        int asked = registrations();
        startAnew();
        subscribe();
        assertEquals(asked, registrations());
        assertNull(link());
    }

    @Test
    public void keepsOneThatServesItWhereThePersonRefuses() {
        world.installSecondDistributor(true);
        startAnew();
        world.grant();
        PushCallsTest.Answer answer = subscribe();
        answer(link(), Activity.RESULT_CANCELED, null);
        assertEquals("{id=sub1}", answer.value.toString());
        assertEquals(String.valueOf(PushPaths.UNIFIED_PUSH), new PushStore(activity()).get(PushStore.PATH));
        assertEquals(PushWorld.SECOND, registered());
    }

    @Test
    public void asksAgainAfterThePageHasUnsubscribed() {
        world.installSecondDistributor(true);
        startAnew();
        subscribe();
        answer(link(), Activity.RESULT_CANCELED, null);
        PushCalls.unsubscribe(activity(), new PushCallsTest.Answer());
        subscribe();
        assertNotNull(link());
    }

    @Test
    public void asksWhenACodeSubscribes() {
        world.installSecondDistributor(true);
        startAnew();
        PushCalls.redeem(activity(), PushCallsTest.CODE, new PushCallsTest.Answer());
        PushWorld.idle();
        assertNotNull(link());
    }

    @Test
    public void asksNobodyWhereThereIsOneOrNoneCanBeAsked() {
        startAnew();
        subscribe();
        assertNull(link());
        world.installSecondDistributor(false);
        startAnew();
        subscribe();
        assertNull(link());
    }

    @Test
    public void asksNobodyWhereThereIsOneThoughAnotherAppAnswersTheLink() {
        world.installLink("org.example.other");
        startAnew();
        subscribe();
        assertNull(link());
    }

    /** Who answers names itself by a PendingIntent of its own: nobody can name another. */
    @Test
    public void takesNoAnswerThatNamesNoDistributor() {
        world.installSecondDistributor(true);
        startAnew();
        world.grant();
        for (Intent odd : new Intent[] {new Intent(), new Intent().putExtra("pi", "x"), by("org.example.other")}) {
            new PushStore(activity()).set(PushStore.OFFERED, null);
            subscribe();
            answer(link(), Activity.RESULT_OK, odd);
            assertEquals(PushWorld.SECOND, registered());
            assertNull(new PushStore(activity()).get(PushStore.CHOSEN));
        }
    }

    private void startAnew() {
        controller.pause().stop().destroy();
        controller = Robolectric.buildActivity(MainActivity.class).setup();
        PushWorld.idle();
    }

    private PushCallsTest.Answer subscribe() {
        PushCallsTest.Answer answer = new PushCallsTest.Answer();
        PushCalls.subscribe(activity(), null, answer);
        PushWorld.idle();
        return answer;
    }

    /** What the activity opened for an answer, or null. */
    private IntentForResult link() {
        return shadowOf(activity()).getNextStartedActivityForResult();
    }

    private void answer(IntentForResult asked, int code, Intent with) {
        shadowOf(activity()).receiveResult(asked.intent, code, with);
        PushWorld.idle();
    }

    private Intent by(String distributor) {
        PendingIntent identity =
                PendingIntent.getBroadcast(activity(), distributor.hashCode(), new Intent(), PendingIntent.FLAG_IMMUTABLE);
        shadowOf(identity).setCreatorPackage(distributor);
        return new Intent().putExtra("pi", identity);
    }

    private String registered() {
        return world.broadcast(PushWorld.REGISTER).getPackage();
    }

    private int registrations() {
        int count = 0;
        List<Intent> sent = shadowOf(application()).getBroadcastIntents();
        for (Intent intent : sent) {
            if (PushWorld.REGISTER.equals(intent.getAction())) count++;
        }
        return count;
    }
}
