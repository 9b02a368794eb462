// Object identifiers of the algorithms and structures in keystores, in dotted form.
// Sources: RFC 8017 (RSA), RFC 5480 and 5758 (EC), RFC 8018 (PBES2), RFC 7292 (PKCS #12), RFC 5280 (X.509).

export const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
export const SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
export const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
export const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

export const COMMON_NAME = "2.5.4.3";
export const SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
export const KEY_USAGE = "2.5.29.15";
export const BASIC_CONSTRAINTS = "2.5.29.19";
export const INHIBIT_ANY_POLICY = "2.5.29.54";

export const PBKDF2 = "1.2.840.113549.1.5.12";
export const PBES2 = "1.2.840.113549.1.5.13";
export const PBE_SHA1_3DES = "1.2.840.113549.1.12.1.3";
export const PBE_SHA1_RC2_128 = "1.2.840.113549.1.12.1.5";
export const PBE_SHA1_RC2_40 = "1.2.840.113549.1.12.1.6";
export const HMAC_SHA1 = "1.2.840.113549.2.7";
export const HMAC_SHA256 = "1.2.840.113549.2.9";
export const HMAC_SHA384 = "1.2.840.113549.2.10";
export const HMAC_SHA512 = "1.2.840.113549.2.11";
export const DES_EDE3_CBC = "1.2.840.113549.3.7";
export const AES_128_CBC = "2.16.840.1.101.3.4.1.2";
export const AES_192_CBC = "2.16.840.1.101.3.4.1.22";
export const AES_256_CBC = "2.16.840.1.101.3.4.1.42";
export const SHA1 = "1.3.14.3.2.26";
export const SHA256 = "2.16.840.1.101.3.4.2.1";
export const SHA384 = "2.16.840.1.101.3.4.2.2";
export const SHA512 = "2.16.840.1.101.3.4.2.3";

export const DATA = "1.2.840.113549.1.7.1";
export const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
export const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
export const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
export const CERT_BAG = "1.2.840.113549.1.12.10.1.3";
export const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
export const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
export const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";

export const SUN_JKS_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1";
