package app.slipway.shell;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts a web push (RFC 8291, with the content coding aes128gcm of RFC 8188):
 *
 *   salt (16) | record size (4) | 65 | the sender's public key (65) | AES-128-GCM(text | 0x02 | zeros)
 *
 * A message is one record (RFC 8291, section 4); one that needs more is refused.
 */
final class WebPushCipher {
    /** Largest body, bytes, that push services pass on (RFC 8030, section 7.2; UnifiedPush, "Push message"). */
    static final int MAX_BODY = 4096;
    private static final int SALT_BYTES = 16;
    private static final int TAG_BYTES = 16;
    private static final int HEADER_BYTES = SALT_BYTES + 4 + 1 + P256.POINT_BYTES;
    /** Smallest record: a tag, the delimiter and a byte (RFC 8188, section 2.1). */
    private static final int MIN_RECORD = 18;
    private static final byte LAST_RECORD = 2;

    private WebPushCipher() {}

    /** Returns the text. Throws GeneralSecurityException for what is no message to these keys. */
    static byte[] decrypt(byte[] body, PushKeys keys) throws GeneralSecurityException {
        if (body.length < HEADER_BYTES + TAG_BYTES + 1 || body.length > MAX_BODY) throw wrong("length");
        ByteBuffer in = ByteBuffer.wrap(body);
        byte[] salt = take(in, SALT_BYTES);
        long recordSize = in.getInt() & 0xffffffffL;
        if (in.get() != P256.POINT_BYTES) throw wrong("key id");
        byte[] sender = take(in, P256.POINT_BYTES);
        byte[] record = take(in, in.remaining());
        if (recordSize < MIN_RECORD || record.length > recordSize) throw wrong("record size");
        byte[] ikm = hkdf(keys.auth, agree(keys, sender), info("WebPush: info\0", keys.point, sender), 32);
        byte[] key = hkdf(salt, ikm, info("Content-Encoding: aes128gcm\0"), 16);
        byte[] nonce = hkdf(salt, ikm, info("Content-Encoding: nonce\0"), 12);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
        return unpadded(cipher.doFinal(record));
    }

    private static byte[] unpadded(byte[] record) throws GeneralSecurityException {
        int end = record.length - 1;
        while (end >= 0 && record[end] == 0) end--;
        if (end < 0 || record[end] != LAST_RECORD) throw wrong("padding");
        return Arrays.copyOf(record, end);
    }

    private static byte[] agree(PushKeys keys, byte[] sender) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(keys.privateKey);
        agreement.doPhase(P256.publicKey(sender), true);
        return agreement.generateSecret();
    }

    /** HKDF with SHA-256 (RFC 5869), of at most one block. */
    private static byte[] hkdf(byte[] salt, byte[] secret, byte[] info, int bytes) throws GeneralSecurityException {
        byte[] block = Arrays.copyOf(info, info.length + 1);
        block[info.length] = 1;
        return Arrays.copyOf(hmac(hmac(salt, secret), block), bytes);
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    private static byte[] info(String name, byte[]... parts) {
        byte[] joined = name.getBytes(Charset.forName("US-ASCII"));
        for (byte[] part : parts) {
            int at = joined.length;
            joined = Arrays.copyOf(joined, at + part.length);
            System.arraycopy(part, 0, joined, at, part.length);
        }
        return joined;
    }

    private static byte[] take(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private static GeneralSecurityException wrong(String what) {
        return new AEADBadTagException("no message: " + what);
    }
}
