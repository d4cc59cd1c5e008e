package io.streamgauge.control.http;

import io.streamgauge.control.config.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A private key and the certificates that say whose it is, the server's first. Exists only if they
 * belong together.
 */
record KeyMaterial(PrivateKey key, List<X509Certificate> chain) {

    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final byte[] PROBE = "streamgauge".getBytes(StandardCharsets.US_ASCII);

    KeyMaterial {
        chain = List.copyOf(chain);
    }

    /**
     * Reads PEM files.
     *
     * @throws UnusableException where they cannot be read or do not belong together; says which
     */
    static KeyMaterial read(TlsFiles files) throws UnusableException {
        List<X509Certificate> chain = certificates(files.certificate());
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key = privateKey(files.privateKey(), publicKey.getAlgorithm());
        if (!belongTogether(key, publicKey)) {
            throw new UnusableException(
                    files.privateKey(), "is not the key of the certificate", null);
        }
        return new KeyMaterial(key, chain);
    }

    private static List<X509Certificate> certificates(Path file) throws UnusableException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(KeyMaterial::x509)
                            .toList();
            if (chain.isEmpty()) {
                throw new UnusableException(file, "holds no certificate", null);
            }
            return chain;
        } catch (IOException e) {
            throw new UnusableException(file, "cannot be read", e);
        } catch (CertificateException e) {
            throw new UnusableException(file, "holds no certificates in PEM", e);
        }
    }

    private static X509Certificate x509(Certificate certificate) {
        return (X509Certificate) certificate; // as the factory's type is X.509
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws UnusableException {
        try {
            Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (!pem.find()) {
                throw new UnusableException(
                        file,
                        "holds no unencrypted PKCS#8 key in PEM, as openssl pkcs8 -topk8 -nocrypt"
                                + " writes it",
                        null);
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (IOException e) {
            throw new UnusableException(file, "cannot be read", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnusableException(
                    file, "holds no %s key, as the certificate has".formatted(algorithm), e);
        }
    }

    /** Signs with the one, verifies with the other. */
    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm(key));
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm(); // EdDSA
        };
    }

    /** Files that a server cannot be run with. The message names the file and holds no secret. */
    static final class UnusableException extends Exception {

        private static final long serialVersionUID = 1L;

        UnusableException(Path file, String what, @Nullable Throwable cause) {
            super("%s %s".formatted(file, what), cause);
        }
    }
}
