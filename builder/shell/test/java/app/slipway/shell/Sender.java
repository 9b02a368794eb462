package app.slipway.shell;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts a push as the Worker does (RFC 8291); test/builder/shell compares the shell with the Worker's own code. */
final class Sender {
    private Sender() {}

    static byte[] encrypt(String text, PushKeys to) {
        try {
            PushKeys own = PushKeys.generate();
            byte[] salt = Arrays.copyOf(own.auth, 16);
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(own.privateKey);
            agreement.doPhase(P256.publicKey(to.point), true);
            byte[] info = joined("WebPush: info\0".getBytes(StandardCharsets.US_ASCII), to.point, own.point);
            byte[] ikm = hkdf(to.auth, agreement.generateSecret(), info, 32);
            byte[] key = hkdf(salt, ikm, "Content-Encoding: aes128gcm\0".getBytes(StandardCharsets.US_ASCII), 16);
            byte[] nonce = hkdf(salt, ikm, "Content-Encoding: nonce\0".getBytes(StandardCharsets.US_ASCII), 12);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            byte[] record = cipher.doFinal(joined(text.getBytes(StandardCharsets.UTF_8), new byte[] {2, 0, 0}));
            byte[] size = ByteBuffer.allocate(4).putInt(4096).array();
            return joined(salt, size, new byte[] {65}, own.point, record);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hkdf(byte[] salt, byte[] secret, byte[] info, int bytes) throws GeneralSecurityException {
        return Arrays.copyOf(hmac(hmac(salt, secret), joined(info, new byte[] {1})), bytes);
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int at = all.length;
            all = Arrays.copyOf(all, at + part.length);
            System.arraycopy(part, 0, all, at, part.length);
        }
        return all;
    }
}
