package io.streamgauge.local.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.Set;

/**
 * The folder of secrets in a data folder: an ES256 key pair whose public half is the JWK set that
 * the control plane trusts, and passwords. All are made once, on first use, readable by their owner
 * alone.
 */
public final class LocalKeys {

    private static final String SIGNING_KEY = "signing-key.jwk";
    private static final String PUBLIC_KEYS = "jwks.json";

    private final Path folder;
    private final ECKey signingKey;

    private LocalKeys(Path folder, ECKey signingKey) {
        this.folder = folder;
        this.signingKey = signingKey;
    }

    /**
     * Reads the keys, and makes them where there are none.
     *
     * @throws IOException where they cannot be read or made
     */
    public static LocalKeys openOrCreate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        Path file = folder.resolve(SIGNING_KEY);
        if (!Files.exists(file)) {
            writeSecret(file, generate().toJSONString());
        }
        ECKey key = read(file);
        publish(folder.resolve(PUBLIC_KEYS), new JWKSet(key).toString(true) + "\n");
        return new LocalKeys(folder, key);
    }

    /** The file with the public keys, a JWK set. */
    public Path publicKeys() {
        return folder.resolve(PUBLIC_KEYS);
    }

    /**
     * A random password that stays the same under its name.
     *
     * @throws IOException where it cannot be read or made
     */
    public String password(String name) throws IOException {
        Path file = folder.resolve(name + ".password");
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            writeSecret(file, HexFormat.of().formatHex(random));
        }
        return Files.readString(file).strip();
    }

    ECKey signingKey() {
        return signingKey;
    }

    private static ECKey generate() throws IOException {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IOException("no signing key could be made: " + e.getMessage(), e);
        }
    }

    private static ECKey read(Path file) throws IOException {
        try {
            ECKey key = ECKey.parse(Files.readString(file));
            if (!key.isPrivate()) {
                throw new IOException(file + ": a public key (expected: a private one)");
            }
            return key;
        } catch (ParseException e) {
            throw new IOException(file + ": not a JWK (expected: an EC key as JSON)", e);
        }
    }

    /** Private from its first byte, and never there in part. */
    private static void writeSecret(Path file, String content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel =
                FileChannel.open(
                        unfinished,
                        Set.of(CREATE_NEW, WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap((content + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the public file the other half of the key that signs, whatever it was. */
    private static void publish(Path file, String content) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(content)) {
            return;
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(unfinished, content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
