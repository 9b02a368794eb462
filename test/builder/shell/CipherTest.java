package app.slipway.shell;

import static app.slipway.shell.Tests.same;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** RFC 8291 as a device reads it. */
final class CipherTest {
    /** RFC 8291, section 5 and appendix A. */
    private static final String KEYS =
            "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
                    + ".BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                    + ".BTBZMqHH6r4Tts7J_aSIgg";
    private static final String BODY =
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
                    + "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
    private static final String TEXT = "When I grow up, I want to be a watermelon";

    static void readsTheMessageOfTheRfc() throws GeneralSecurityException {
        same(TEXT, read(Base64Url.decode(BODY), PushKeys.restore(KEYS)));
    }

    /** Each line of the file is keys, body and text, in base64url, made by the Worker's own code (shell.test.ts). */
    static void readsWhatTheWorkerEncrypts() throws GeneralSecurityException, IOException {
        List<String> lines = Files.readAllLines(Paths.get(System.getProperty("messages")));
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            String text = new String(Base64Url.decode(parts[2]), StandardCharsets.UTF_8);
            same(text, read(Base64Url.decode(parts[1]), PushKeys.restore(parts[0])));
        }
        same(true, lines.size() >= 5, "messages");
    }

    static void readsThePayloadThatTheWorkerMakes() throws GeneralSecurityException, IOException {
        String[] parts = Files.readAllLines(Paths.get(System.getProperty("messages"))).get(2).split(" ");
        byte[] text = WebPushCipher.decrypt(Base64Url.decode(parts[1]), PushKeys.restore(parts[0]));
        PushMessage message = PushMessage.parse(text);
        same("Order", message.title);
        same("Ready now.", message.body);
        same(null, message.icon);
        same("https://example.com/p.png", message.image);
        same("https://example.com/order", message.target(""));
        same("https://example.com/map", message.target("map"));
        same("t1", message.tag);
        same("orders", message.channel);
        same(0xff00ff00, message.color);
        same(4, message.importance);
        same("https://push.example.com/public/t/abc/delivered", message.receipt);
        same("https://push.example.com/public/t/abc/clicked", message.clicked(""));
    }

    static void refusesAMessageToOtherKeys() throws GeneralSecurityException {
        refused("another pair", Base64Url.decode(BODY), PushKeys.generate());
        String otherAuth = KEYS.replace("BTBZMqHH6r4Tts7J_aSIgg", "BTBZMqHH6r4Tts7J_aSIgQ");
        refused("another secret", Base64Url.decode(BODY), PushKeys.restore(otherAuth));
    }

    static void refusesEveryMessageThatIsCutOff() throws GeneralSecurityException {
        byte[] body = Base64Url.decode(BODY);
        PushKeys keys = PushKeys.restore(KEYS);
        for (int length = 0; length < body.length; length++) {
            refused("of " + length + " bytes", Arrays.copyOf(body, length), keys);
        }
    }

    static void refusesEveryMessageWithAByteChanged() throws GeneralSecurityException {
        byte[] body = Base64Url.decode(BODY);
        PushKeys keys = PushKeys.restore(KEYS);
        for (int at = 0; at < body.length; at++) {
            if (at >= 16 && at < 20) continue; // the record size, which nothing signs
            byte[] changed = body.clone();
            changed[at] ^= 1;
            refused("changed at " + at, changed, keys);
        }
    }

    static void refusesWhatIsTooLong() throws GeneralSecurityException {
        refused("huge", new byte[1 << 20], PushKeys.restore(KEYS));
        String[] keysAndBody = System.getProperty("tooLong").split(" ");
        refused("right otherwise", Base64Url.decode(keysAndBody[1]), PushKeys.restore(keysAndBody[0]));
    }

    /** RFC 8188, section 2: a record is at least 18 bytes, and RFC 8291, section 4: there is one. */
    static void refusesOtherRecordSizes() throws GeneralSecurityException {
        byte[] body = Base64Url.decode(BODY);
        int record = body.length - 86;
        for (int size : new int[] {0, 17, record - 1}) {
            refused("records of " + size, withRecordSize(body, size), PushKeys.restore(KEYS));
        }
        same(TEXT, read(withRecordSize(body, record), PushKeys.restore(KEYS)));
        same(TEXT, read(withRecordSize(body, -1), PushKeys.restore(KEYS)), "4,294,967,295");
    }

    /** A point that is not on the curve would give the private key away, bit by bit. */
    static void refusesAPointOffTheCurve() throws GeneralSecurityException {
        byte[] point = PushKeys.restore(KEYS).point.clone();
        P256.publicKey(point);
        byte[] zero = new byte[P256.POINT_BYTES];
        zero[0] = 4;
        byte[] compressed = point.clone();
        compressed[0] = 2;
        byte[] moved = point.clone();
        moved[64] ^= 1;
        byte[] large = point.clone();
        Arrays.fill(large, 1, 33, (byte) 0xff);
        for (byte[] wrong : new byte[][] {zero, compressed, moved, large, new byte[0]}) {
            try {
                P256.publicKey(wrong);
            } catch (GeneralSecurityException expected) {
                continue;
            }
            throw new AssertionError("accepted: " + Arrays.toString(wrong));
        }
    }

    static void keepsKeysAsTheyWere() throws GeneralSecurityException {
        for (int i = 0; i < 20; i++) {
            PushKeys keys = PushKeys.generate();
            PushKeys kept = PushKeys.restore(keys.save());
            same(keys.privateKey, kept.privateKey);
            same(keys.p256dh(), kept.p256dh());
            same(keys.auth(), kept.auth());
            same(87, keys.p256dh().length());
            same(22, keys.auth().length());
        }
        same(KEYS, PushKeys.restore(KEYS).save());
    }

    static void makesOtherKeysEachTime() throws GeneralSecurityException {
        PushKeys one = PushKeys.generate();
        PushKeys other = PushKeys.generate();
        same(false, one.p256dh().equals(other.p256dh()));
        same(false, one.auth().equals(other.auth()));
    }

    static void refusesKeysThatAreNone() {
        String[] parts = KEYS.split("\\.");
        String[] wrong = {
            "", "x", "..", parts[0] + "." + parts[1], KEYS + ".A", parts[0] + "." + parts[2] + "." + parts[1],
            KEYS.replace("BCVx", "BCVy"), "AAAA." + parts[1] + "." + parts[2], KEYS.replace("q1", "q+"),
        };
        for (String text : wrong) {
            try {
                PushKeys.restore(text);
            } catch (GeneralSecurityException | IllegalArgumentException expected) {
                continue;
            }
            throw new AssertionError("accepted: " + text);
        }
    }

    static void readsBase64url() {
        String[][] pairs = {{"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foob", "Zm9vYg"}};
        for (String[] pair : pairs) {
            same(pair[1], Base64Url.encode(pair[0].getBytes(StandardCharsets.UTF_8)));
            same(pair[0], new String(Base64Url.decode(pair[1]), StandardCharsets.UTF_8));
        }
        same("-_8", Base64Url.encode(new byte[] {(byte) 0xfb, (byte) 0xff}));
        for (String wrong : new String[] {"Z", "Zh", "Zg==", "Zm9v ", "+/8"}) {
            Tests.refused(wrong, () -> Base64Url.decode(wrong));
        }
    }

    private static byte[] withRecordSize(byte[] body, int size) {
        byte[] changed = body.clone();
        for (int i = 0; i < 4; i++) changed[16 + i] = (byte) (size >> 8 * (3 - i));
        return changed;
    }

    private static String read(byte[] body, PushKeys keys) throws GeneralSecurityException {
        return new String(WebPushCipher.decrypt(body, keys), StandardCharsets.UTF_8);
    }

    private static void refused(String about, byte[] body, PushKeys keys) {
        try {
            WebPushCipher.decrypt(body, keys);
        } catch (GeneralSecurityException expected) {
            return;
        }
        throw new AssertionError("accepted: " + about);
    }
}
