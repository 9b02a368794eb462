package app.slipway.shell;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;

/** The keys of this device's push subscription: a pair on P-256 and the authentication secret (RFC 8291, section 3). */
final class PushKeys {
    static final int AUTH_BYTES = 16;

    final PrivateKey privateKey;
    /** The public key, an uncompressed point. */
    final byte[] point;
    final byte[] auth;
    private final byte[] scalar;

    private PushKeys(byte[] scalar, byte[] point, byte[] auth) throws GeneralSecurityException {
        P256.publicKey(point);
        if (auth.length != AUTH_BYTES) throw new InvalidKeyException("no authentication secret");
        privateKey = P256.privateKey(scalar);
        this.scalar = scalar;
        this.point = point;
        this.auth = auth;
    }

    static PushKeys generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(P256.CURVE);
        KeyPair pair = generator.generateKeyPair();
        byte[] auth = new byte[AUTH_BYTES];
        new SecureRandom().nextBytes(auth);
        byte[] scalar = P256.encode(((ECPrivateKey) pair.getPrivate()).getS());
        return new PushKeys(scalar, P256.encode(((ECPublicKey) pair.getPublic()).getW()), auth);
    }

    /** For private storage: what restore() reads. */
    String save() {
        return Base64Url.encode(scalar) + "." + p256dh() + "." + auth();
    }

    /** Throws GeneralSecurityException or IllegalArgumentException for a text that save() did not make. */
    static PushKeys restore(String saved) throws GeneralSecurityException {
        String[] parts = saved.split("\\.");
        if (parts.length != 3) throw new InvalidKeyException("not saved keys");
        return new PushKeys(
                Base64Url.decode(parts[0]), Base64Url.decode(parts[1]), Base64Url.decode(parts[2]));
    }

    /** The public key as a push subscription names it. */
    String p256dh() {
        return Base64Url.encode(point);
    }

    String auth() {
        return Base64Url.encode(auth);
    }
}
