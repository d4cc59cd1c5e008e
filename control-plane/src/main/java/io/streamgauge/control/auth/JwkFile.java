package io.streamgauge.control.auth;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public keys in a file, read again when it changes, so that a rotation needs no restart. A file
 * that is unreadable for a moment, as while it is being replaced, leaves the keys as they were.
 */
final class JwkFile implements JWKSource<SecurityContext> {

    private static final Logger LOG = LoggerFactory.getLogger(JwkFile.class);

    private final Path file;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State state;

    /** What the file looked like, and what was in it. */
    private record State(Stamp stamp, JWKSet keys) {}

    /** Tells one content of the file from another. A replaced file has another key. */
    private record Stamp(FileTime modified, long size, @Nullable Object fileKey) {

        static final Stamp UNREADABLE = new Stamp(FileTime.fromMillis(0), -1, null);

        static Stamp of(Path file) {
            try {
                BasicFileAttributes attributes =
                        Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(
                        attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            } catch (IOException unreadable) {
                return UNREADABLE;
            }
        }
    }

    /**
     * @throws io.streamgauge.control.config.InvalidConfigException where the file cannot be read
     */
    JwkFile(Path file) {
        this.file = file;
        Stamp stamp = Stamp.of(file);
        try {
            state = new State(stamp, read(file));
        } catch (IOException | ParseException e) {
            throw JwkSources.invalid(file.toString(), e);
        }
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        Stamp stamp = Stamp.of(file);
        if (!stamp.equals(state.stamp())) {
            reread(stamp);
        }
        return selector.select(state.keys());
    }

    private void reread(Stamp stamp) {
        reading.lock();
        try {
            State old = state;
            if (stamp.equals(old.stamp())) {
                return;
            }
            try {
                state = new State(stamp, read(file));
                LOG.info("keys of tokens: read {} again", file);
            } catch (IOException | ParseException e) {
                // With the new stamp, so that this content is tried and reported once.
                state = new State(stamp, old.keys());
                LOG.warn("keys of tokens: {} is unreadable, the old keys stay in use", file, e);
            }
        } finally {
            reading.unlock();
        }
    }

    private static JWKSet read(Path file) throws IOException, ParseException {
        return JWKSet.parse(Files.readString(file)).toPublicJWKSet();
    }
}
