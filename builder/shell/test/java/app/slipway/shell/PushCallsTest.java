package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.app.NotificationManager;
import android.content.Context;
import android.content.Intent;
import android.net.ConnectivityManager;
import android.os.Looper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;

/** What a page asks about pushes to this device, and what it is answered. */
@RunWith(RobolectricTestRunner.class)
public final class PushCallsTest {
    static final String ID = "63c7e1b29b02d1f59423bb39";
    static final String CODE = "Q7K2M9XWQ7K2M9XWQ7K2M9";
    private static final String DEVICE = "push.example.com/public/subscribers/sub1";
    private static final String SUBSCRIPTION =
            "{\"id\":\"" + ID + "\",\"channel\":\"c1\",\"name\":\"Orders\",\"mute\":false}";
    private static final String CHANNEL = "{id=" + ID + ", channel=c1, name=Orders, muted=false}";

    /** Keeps what it is answered with. */
    static final class Answer implements Reply {
        Object value = "nothing yet";
        String code = null;
        String message = null;

        @Override
        public void done(Object json) {
            once();
            value = json;
        }

        @Override
        public void refused(String why, String says) {
            once();
            code = why;
            message = says;
        }

        private void once() {
            if (isGiven()) throw new AssertionError("answered twice");
        }

        boolean isGiven() {
            return code != null || !"nothing yet".equals(value);
        }
    }

    private final Application context = RuntimeEnvironment.getApplication();
    private final PushStore store = new PushStore(context);
    @Rule
    public final PushWorld world = new PushWorld();

    @Test
    public void subscribesByADistributorOnceThatAnswers() {
        world.installDistributor();
        Answer answer = subscribe(null);
        assertFalse(answer.isGiven());
        world.grant();
        assertEquals("{id=sub1}", answer.value.toString());
        assertEquals(PushWorld.ENDPOINT, world.last("POST", "/subscribers").sent("endpoint"));
    }

    @Test
    public void subscribesByTheNextWayWhereADistributorRefuses() {
        world.installDistributor();
        Answer answer = subscribe(null);
        Intent refusal = new Intent().putExtra("reason", "NETWORK");
        String token = world.broadcast(PushWorld.REGISTER).getStringExtra("token");
        world.distributorSays("REGISTRATION_FAILED", refusal.putExtra("token", token));
        assertEquals("{id=sub1}", answer.value.toString());
    }

    @Test
    public void subscribesThroughAllWaysThatSayNothing() {
        world.installDistributor();
        world.installPlayServices();
        Answer answer = subscribe(null);
        shadowOf(Looper.getMainLooper()).idleFor(21, TimeUnit.SECONDS);
        assertFalse(answer.isGiven());
        shadowOf(Looper.getMainLooper()).idleFor(21, TimeUnit.SECONDS);
        assertEquals("{id=sub1}", answer.value.toString());
    }

    @Test
    public void answersAllThatWait() {
        world.installDistributor();
        new PushPaths(context).start();
        Answer first = subscribe(null);
        Answer second = subscribe(Arrays.asList("vip"));
        tagsAre("[\"vip\"]");
        Answer third = new Answer();
        PushCalls.setTags(context, Arrays.asList("vip"), third);
        assertFalse(first.isGiven() || second.isGiven() || third.isGiven());
        world.grant();
        assertEquals("{id=sub1}", first.value.toString());
        assertEquals("{id=sub1}", second.value.toString());
        assertEquals("[vip]", third.value.toString());
        assertEquals(1, world.asked("POST", "/subscribers").size());
    }

    @Test
    public void tellsHowThingsAre() {
        assertEquals("{permission=granted, subscribed=false, id=null}", state());
        subscribe(null);
        assertEquals("{permission=granted, subscribed=true, id=sub1}", state());
        PushCalls.unsubscribe(context, new Answer());
        assertEquals("{permission=granted, subscribed=false, id=null}", state());
    }

    private String state() {
        Answer answer = new Answer();
        PushCalls.state(context, "granted", answer);
        return answer.value.toString();
    }

    @Test
    public void answersADeviceThatIsRegisteredWithoutAskingAgain() {
        subscribe(null);
        int before = world.requests.size();
        assertEquals("{id=sub1}", subscribe(null).value.toString());
        assertEquals(before, world.requests.size());
    }

    @Test
    public void saysAtOnceThatItIsOffline() {
        world.installDistributor();
        world.isOnline = false;
        assertEquals("offline", subscribe(null).code);
        world.isOnline = true;
        ConnectivityManager manager = (ConnectivityManager) context.getSystemService(Context.CONNECTIVITY_SERVICE);
        shadowOf(manager).setDefaultNetworkActive(false);
        shadowOf(manager).setActiveNetworkInfo(null);
        int before = world.requests.size();
        assertEquals("offline", subscribe(null).code);
        assertEquals(before, world.requests.size());
    }

    @Test
    public void saysThatItIsOfflineWhereTheApiCannotRegisterNow() {
        world.answer("POST push.example.com" + PushWorld.APP + "/subscribers", 503, "");
        assertEquals("offline", subscribe(null).code);
    }

    @Test
    public void saysWhatTheApiHasAgainstTheDevice() {
        world.answer(
                "POST push.example.com" + PushWorld.APP + "/subscribers",
                422,
                "{\"message\":\"Not valid.\",\"error\":\"invalid\",\"details\":{\"subscribers\":[\"must not be more than 5\"]}}");
        Answer answer = subscribe(null);
        assertEquals("invalid", answer.code);
        assertEquals("subscribers must not be more than 5", answer.message);
    }

    @Test
    public void putsTagsInPlaceOfThoseThereWere() {
        tagsAre("[\"vip\",\"de\"]");
        subscribe(Arrays.asList(" vip ", "de"));
        assertEquals("{tags=[ vip , de]}", Json.parse(world.last("PATCH", "/sub1").body).toString());
        assertEquals("Bearer sw_sub_1", world.last("PATCH", "/sub1").bearer);
        Answer answer = new Answer();
        tagsAre("[]");
        PushCalls.setTags(context, Collections.<String>emptyList(), answer);
        assertEquals("[]", answer.value.toString());
        assertEquals("{tags=[]}", Json.parse(world.last("PATCH", "/sub1").body).toString());
    }

    /** The owner may have changed them by the API since. */
    @Test
    public void leavesTheTagsOfADeviceThatIsKnownAtEachStart() {
        tagsAre("[\"vip\"]");
        subscribe(Arrays.asList("vip"));
        new PushPaths(context).start();
        assertNull(world.last("POST", "/subscribers").sent("tags"));
    }

    @Test
    public void registersWithItsTagsWhereTheApiForgotIt() {
        tagsAre("[\"vip\"]");
        subscribe(Arrays.asList("vip"));
        world.answer("GET push.example.com/public/subscribers/me/subscriptions", 401, "{}");
        PushCalls.channels(context, new Answer());
        assertNull(world.last("POST", "/subscribers").sent("tags")); // it came with its token, and is known
        world.forget("sw_sub_1");
        world.registered("sub2", "sw_sub_2");
        Answer answer = new Answer();
        PushCalls.channels(context, answer);
        assertEquals("[vip]", world.last("POST", "/subscribers").sent("tags").toString());
        assertNull(world.last("POST", "/subscribers").bearer);
        assertEquals("sub2", store.get(PushStore.SUBSCRIBER));
        assertEquals("Bearer sw_sub_2", world.last("GET", "/me/subscriptions").bearer);
    }

    @Test
    public void setsTagsOfTheSubscriberThatItBecame() {
        subscribe(null);
        world.forget("sw_sub_1");
        world.registered("sub2", "sw_sub_2");
        world.answer("PATCH push.example.com/public/subscribers/sub2", 200, "{\"data\":{\"tags\":[\"a\"]}}");
        world.answer("PATCH " + DEVICE, 404, "{}");
        Answer answer = new Answer();
        PushCalls.setTags(context, Arrays.asList("a"), answer);
        assertEquals("[a]", answer.value.toString());
    }

    @Test
    public void saysWhatTheApiHasAgainstTags() {
        subscribe(null);
        world.answer(
                "PATCH " + DEVICE,
                422,
                "{\"message\":\"Not valid.\",\"error\":\"invalid\",\"details\":{\"tags\":[\"must have at most 100\"]}}");
        Answer answer = new Answer();
        PushCalls.setTags(context, Arrays.asList("a"), answer);
        assertEquals("invalid", answer.code);
        assertEquals("tags must have at most 100", answer.message);
        assertNull(store.get(PushStore.TAGS));
    }

    @Test
    public void keepsToAnUnsubscriptionUntilThePageSubscribes() {
        world.installDistributor();
        subscribe(null);
        world.grant();
        assertNull(unsubscribe().value);
        assertEquals(1, world.asked("DELETE", "/subscribers/sub1").size());
        int before = world.requests.size();
        new PushPaths(context).start();
        new PushPaths(context).poll();
        assertEquals(before, world.requests.size());
        assertEquals(PushWorld.UNREGISTER, lastBroadcast().getAction());
        subscribe(null);
        world.grant();
        assertEquals("Bearer sw_sub_1", world.last("POST", "/subscribers").bearer);
        new PushPaths(context).start();
        assertEquals(3, world.asked("POST", "/subscribers").size());
    }

    @Test
    public void tellsTheApiOfAnUnsubscriptionWhenThereIsANetwork() {
        world.installPlayServices();
        subscribe(null);
        Intent registration = new Intent("com.google.android.c2dm.intent.REGISTRATION");
        new PlayServicesReceiver().onReceive(context, registration.putExtra("registration_id", "abc"));
        world.isOnline = false;
        assertNull(unsubscribe().value);
        world.isOnline = true;
        assertEquals(0, world.asked("DELETE", "/subscribers/sub1").size());
        // What still comes neither shows nor subscribes it again.
        new PlayServicesReceiver().onReceive(context, registration.putExtra("registration_id", "def"));
        Incoming.show(context, PushMessage.of(Json.parse("{\"title\":\"T\",\"tag\":\"t1\"}")), null);
        assertEquals(1, world.asked("POST", "/subscribers").size());
        assertEquals(0, shadowOf(manager()).size());
        new PushPaths(context).onOnline();
        new PushPaths(context).onOnline();
        assertEquals(1, world.asked("DELETE", "/subscribers/sub1").size());
    }

    @Test
    public void asksForNothingOnceUnsubscribedThoughTheApiIsNotTold() {
        subscribe(null);
        int before = world.asked("GET", PushWorld.LIST).size();
        world.isOnline = false;
        unsubscribe();
        world.isOnline = true;
        new PushPaths(context).poll();
        assertEquals(before, world.asked("GET", PushWorld.LIST).size());
    }

    @Test
    public void endsWhatWaitsByAnUnsubscription() {
        world.installDistributor();
        Answer answer = subscribe(null);
        unsubscribe();
        assertEquals("not_subscribed", answer.code);
        world.distributorSays("NEW_ENDPOINT", new Intent().putExtra("endpoint", PushWorld.ENDPOINT));
        assertEquals(0, world.asked("POST", "/subscribers").size());
    }

    /** Threads take turns as they like; what the page asked last holds. */
    @Test
    public void doesWhatThePageAskedLastThoughItDidNotWait() {
        Deque<Runnable> threads = new ArrayDeque<>();
        Background.executor = threads::push;
        subscribe(null);
        Answer left = unsubscribe();
        while (!threads.isEmpty()) threads.pop().run();
        assertTrue(left.isGiven());
        assertNotNull(store.get(PushStore.LEFT));
        assertEquals(1, world.asked("DELETE", "/subscribers/sub1").size());
        tagsAre("[]");
        subscribe(null);
        PushCalls.setTags(context, Arrays.asList("a"), new Answer());
        PushCalls.setTags(context, Arrays.asList("b"), new Answer());
        while (!threads.isEmpty()) threads.pop().run();
        assertNull(store.get(PushStore.LEFT));
        assertEquals("[b]", world.last("PATCH", "/sub1").sent("tags").toString());
    }

    @Test
    public void answersThoughSomethingGoesWrong() {
        store.set(PushStore.PATH, "x"); // as damaged storage
        assertEquals("offline", subscribe(null).code);
        assertNull(unsubscribe().value);
        assertNotNull(store.get(PushStore.LEFT));
        store.set(PushStore.PATH, null);
        assertEquals("{id=sub1}", subscribe(null).value.toString());
        store.set(PushStore.TAGS, "no JSON");
        world.forget("sw_sub_1");
        Answer listed = new Answer();
        PushCalls.channels(context, listed);
        assertEquals("offline", listed.code);
    }

    @Test
    public void registersNothingAnewForACallThatAnUnsubscriptionOvertook() {
        subscribe(null);
        Deque<Runnable> threads = new ArrayDeque<>();
        Background.executor = threads::add;
        Answer answer = new Answer();
        PushCalls.channels(context, answer);
        threads.remove().run(); // it goes on
        new PushPaths(context).leave();
        world.forget("sw_sub_1");
        while (!threads.isEmpty()) threads.remove().run();
        assertEquals("offline", answer.code);
        assertEquals(1, world.asked("POST", "/subscribers").size());
    }

    @Test
    public void saysThatTheApiSaysNotWhy() {
        subscribe(null);
        for (String body : new String[] {"{}", "{\"message\":null}", "[]", "no JSON"}) {
            world.answer("PATCH " + DEVICE, 422, body);
            Answer answer = new Answer();
            PushCalls.setTags(context, Arrays.asList("a"), answer);
            assertEquals("The API refused it.", answer.message);
        }
    }

    @Test
    public void refusesWhatNeedsASubscriptionWithoutOne() {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) answers.add(new Answer());
        PushCalls.setTags(context, Arrays.asList("a"), answers.get(0));
        PushCalls.channels(context, answers.get(1));
        PushCalls.mute(context, ID, true, answers.get(2));
        PushCalls.leave(context, ID, answers.get(3));
        for (Answer answer : answers) assertEquals("not_subscribed", answer.code);
        assertEquals(0, world.requests.size());
    }

    @Test
    public void refusesWhileNotificationsAreOff() {
        shadowOf(manager()).setNotificationsEnabled(false);
        Answer redeemed = new Answer();
        PushCalls.redeem(context, CODE, redeemed);
        assertEquals("denied", subscribe(null).code);
        assertEquals("denied", redeemed.code);
        assertEquals(0, world.requests.size());
        assertNull(unsubscribe().value); // to want nothing is always possible
    }

    @Test
    public void redeemsACodeAndRegistersBefore() {
        String answered = "POST push.example.com/public/codes/" + CODE + "/redeem";
        world.answer(answered, 201, "{\"data\":" + SUBSCRIPTION + "}");
        for (String given : new String[] {CODE, "https://push.example.com/qrcode/" + CODE, " " + CODE + "\n"}) {
            Answer answer = new Answer();
            PushCalls.redeem(context, given, answer);
            assertEquals(CHANNEL, answer.value.toString());
        }
        assertEquals("Bearer sw_sub_1", world.last("POST", "/redeem").bearer);
        assertEquals(1, world.asked("POST", "/subscribers").size());
    }

    @Test
    public void refusesACodeThatIsNone() {
        for (String given : new String[] {null, "", "x", CODE + "/../x", "https://evil.example/qrcode/" + CODE}) {
            Answer answer = new Answer();
            PushCalls.redeem(context, given, answer);
            assertEquals("invalid", answer.code);
        }
        assertEquals(0, world.requests.size());
        world.answer("POST push.example.com/public/codes/" + CODE + "/redeem", 404, "{\"message\":\"Not found.\"}");
        Answer answer = new Answer();
        PushCalls.redeem(context, CODE, answer);
        assertEquals("not_found", answer.code);
    }

    @Test
    public void listsMutesAndLeavesChannels() {
        subscribe(null);
        String list = "{\"data\":[" + SUBSCRIPTION + "]}";
        world.answer("GET push.example.com/public/subscribers/me/subscriptions", 200, list);
        String muted = "{\"data\":" + SUBSCRIPTION.replace("false", "true") + "}";
        world.answer("PUT push.example.com/public/subscriptions/" + ID + "/mute", 200, muted);
        world.answer("DELETE push.example.com/public/subscriptions/" + ID + "/mute", 200, "{\"data\":" + SUBSCRIPTION + "}");
        world.answer("DELETE push.example.com/public/subscriptions/" + ID, 200, "{\"message\":\"Unsubscribed.\"}");
        Answer listed = new Answer();
        PushCalls.channels(context, listed);
        assertEquals("[" + CHANNEL + "]", listed.value.toString());
        Answer silent = new Answer();
        PushCalls.mute(context, ID, true, silent);
        assertEquals(Boolean.TRUE, ((Map<?, ?>) silent.value).get("muted"));
        Answer loud = new Answer();
        PushCalls.mute(context, ID, false, loud);
        assertEquals(Boolean.FALSE, ((Map<?, ?>) loud.value).get("muted"));
        Answer left = new Answer();
        PushCalls.leave(context, ID, left);
        assertNull(left.value);
        assertEquals(1, world.asked("DELETE", "/subscriptions/" + ID).size());
    }

    @Test
    public void asksForNoAddressThatAPageMakesUp() {
        subscribe(null);
        int before = world.requests.size();
        for (String id : new String[] {null, "", "../../subscribers/sub1", ID + "/mute", "a b"}) {
            Answer answer = new Answer();
            PushCalls.leave(context, id, answer);
            assertEquals("not_found", answer.code);
        }
        assertEquals(before, world.requests.size());
    }

    @Test
    public void answersThoughTheApiSaysSomethingOdd() {
        subscribe(null);
        for (String body : new String[] {"", "[]", "{}", "{\"data\":7}", "{\"data\":[7]}", "{\"data\":[{}]}", "no JSON"}) {
            world.answer("GET push.example.com/public/subscribers/me/subscriptions", 200, body);
            Answer answer = new Answer();
            PushCalls.channels(context, answer);
            assertEquals(body, "offline", answer.code);
        }
        for (int status : new int[] {400, 403, 429, 500, 503}) {
            world.answer("GET push.example.com/public/subscribers/me/subscriptions", status, "{}");
            Answer answer = new Answer();
            PushCalls.channels(context, answer);
            assertEquals("offline", answer.code);
        }
    }

    private Answer subscribe(List<String> tags) {
        Answer answer = new Answer();
        PushCalls.subscribe(context, tags, answer);
        PushWorld.idle();
        return answer;
    }

    private Answer unsubscribe() {
        Answer answer = new Answer();
        PushCalls.unsubscribe(context, answer);
        return answer;
    }

    private void tagsAre(String json) {
        world.answer("PATCH " + DEVICE, 200, "{\"data\":{\"tags\":" + json + "}}");
    }

    private Intent lastBroadcast() {
        assertNotNull(world.broadcast(PushWorld.UNREGISTER));
        List<Intent> sent = shadowOf(context).getBroadcastIntents();
        return sent.get(sent.size() - 1);
    }

    private NotificationManager manager() {
        return (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
    }
}
