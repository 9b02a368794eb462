package app.slipway.shell;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.Arrays;

/** The curve P-256 (FIPS 186-4, D.1.2.3), and its points in the uncompressed form of SEC 1, section 2.3.3. */
final class P256 {
    /** 0x04, x, y. */
    static final int POINT_BYTES = 65;
    /** Of a private key, and of each coordinate. */
    static final int SCALAR_BYTES = 32;

    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger A = P.subtract(BigInteger.valueOf(3));
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final ECPoint BASE =
            new ECPoint(
                    new BigInteger("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", 16),
                    new BigInteger("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", 16));
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    /** Android knows the curve by its numbers; by its name, AlgorithmParameters has it from API 26 on only. */
    static final ECParameterSpec CURVE =
            new ECParameterSpec(new EllipticCurve(new ECFieldFp(P), A, B), BASE, ORDER, 1);

    private P256() {}

    /** Throws InvalidKeyException unless the bytes are a point of the curve: others would give the private key away. */
    static PublicKey publicKey(byte[] point) throws GeneralSecurityException {
        if (point.length != POINT_BYTES || point[0] != 4) throw new InvalidKeyException("no uncompressed point");
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + SCALAR_BYTES));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + SCALAR_BYTES, POINT_BYTES));
        BigInteger right = x.multiply(x).add(A).multiply(x).add(B).mod(P);
        if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0 || !y.multiply(y).mod(P).equals(right)) {
            throw new InvalidKeyException("not on the curve");
        }
        return factory().generatePublic(new ECPublicKeySpec(new ECPoint(x, y), CURVE));
    }

    static PrivateKey privateKey(byte[] scalar) throws GeneralSecurityException {
        BigInteger value = new BigInteger(1, scalar);
        if (value.signum() == 0 || value.compareTo(ORDER) >= 0) throw new InvalidKeyException("no private key");
        return factory().generatePrivate(new ECPrivateKeySpec(value, CURVE));
    }

    static byte[] encode(ECPoint point) {
        byte[] bytes = new byte[POINT_BYTES];
        bytes[0] = 4;
        put(point.getAffineX(), bytes, 1);
        put(point.getAffineY(), bytes, 1 + SCALAR_BYTES);
        return bytes;
    }

    static byte[] encode(BigInteger scalar) {
        byte[] bytes = new byte[SCALAR_BYTES];
        put(scalar, bytes, 0);
        return bytes;
    }

    private static void put(BigInteger value, byte[] bytes, int at) {
        byte[] shortest = value.toByteArray(); // perhaps with a zero for the sign
        int count = Math.min(SCALAR_BYTES, shortest.length);
        System.arraycopy(shortest, shortest.length - count, bytes, at + SCALAR_BYTES - count, count);
    }

    private static KeyFactory factory() throws GeneralSecurityException {
        return KeyFactory.getInstance("EC");
    }
}
