package io.streamgauge.control.http;

import io.streamgauge.control.config.InvalidConfigException;
import io.streamgauge.control.config.TlsFiles;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server shows to clients of TLS. Looks at its files with each handshake and reads them
 * again when they have changed, so that a renewal needs no restart; connections that exist go on as
 * they are. Files that are unusable, as while one is replaced and the other not yet, leave the old
 * certificate in use, and a line in the log.
 *
 * <p>Aliases are numbers of versions: a handshake that overlaps a change gets the key of the
 * certificate that it has begun with.
 */
final class ServerIdentity extends X509ExtendedKeyManager {

    private static final Logger LOG = LoggerFactory.getLogger(ServerIdentity.class);

    private final TlsFiles files;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State state;

    /** What the files looked like, what was in them, and what was in them before. */
    private record State(Stamps stamps, Version present, Version previous) {}

    private record Version(String alias, KeyMaterial material) {}

    private record Stamps(Stamp certificate, Stamp privateKey) {

        static Stamps of(TlsFiles files) {
            return new Stamps(Stamp.of(files.certificate()), Stamp.of(files.privateKey()));
        }
    }

    /** Tells one content of a file from another. A replaced file has another key. */
    private record Stamp(FileTime modified, long size, @Nullable Object fileKey) {

        static Stamp of(Path file) {
            try {
                BasicFileAttributes attributes =
                        Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(
                        attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            } catch (IOException unreadable) {
                return new Stamp(FileTime.fromMillis(0), -1, null);
            }
        }
    }

    /**
     * @throws InvalidConfigException where the files are unusable from the start
     */
    ServerIdentity(TlsFiles files) {
        this.files = files;
        Stamps stamps = Stamps.of(files);
        try {
            Version first = new Version("1", KeyMaterial.read(files));
            state = new State(stamps, first, first);
        } catch (KeyMaterial.UnusableException e) {
            InvalidConfigException invalid =
                    new InvalidConfigException(
                            List.of(
                                    "http.tls: %s (expected: PEM files that belong together)"
                                            .formatted(e.getMessage())));
            invalid.initCause(e);
            throw invalid;
        }
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        Version present = present();
        return present.material().key().getAlgorithm().equals(keyType) ? present.alias() : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        KeyMaterial material = material(alias);
        return material == null ? null : material.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        KeyMaterial material = material(alias);
        return material == null ? null : material.key();
    }

    /** None: this is no client. */
    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    /** None: this is no client. */
    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    private @Nullable KeyMaterial material(String alias) {
        State known = state;
        if (known.present().alias().equals(alias)) {
            return known.present().material();
        }
        return known.previous().alias().equals(alias) ? known.previous().material() : null;
    }

    private Version present() {
        Stamps stamps = Stamps.of(files);
        // One handshake reads, the others go on with what there is.
        if (!stamps.equals(state.stamps()) && reading.tryLock()) {
            try {
                readAgain(stamps);
            } finally {
                reading.unlock();
            }
        }
        return state.present();
    }

    private void readAgain(Stamps stamps) {
        State old = state;
        if (stamps.equals(old.stamps())) {
            return;
        }
        Version present = old.present();
        try {
            String alias = Integer.toString(Integer.parseInt(present.alias()) + 1);
            Version next = new Version(alias, KeyMaterial.read(files));
            state = new State(stamps, next, present);
            LOG.info(
                    "http.tls: the certificate of {}, valid to {}, is in use now",
                    files.certificate(),
                    next.material().chain().getFirst().getNotAfter().toInstant());
        } catch (KeyMaterial.UnusableException e) {
            // With the new stamps, so that this content is tried and reported once.
            state = new State(stamps, present, old.previous());
            LOG.warn("http.tls: {}; the old certificate stays in use", e.getMessage());
            LOG.debug("http.tls: the files cannot be used", e);
        }
    }
}
