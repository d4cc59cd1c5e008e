package io.streamgauge.embedded;

import static java.util.Objects.requireNonNull;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs for this platform, unpacked once per machine and user into a cache folder
 * that carries the archive's digest in its name.
 */
final class PostgresBinaries {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);

    /** Of all archives, whatever the platform; stands in {@code PG_VERSION} of data folders. */
    static final String MAJOR_VERSION = "17";

    private final Path home;

    private PostgresBinaries(Path home) {
        this.home = home;
    }

    /** Path of a program. */
    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /**
     * Finds the unpacked programs, or unpacks them.
     *
     * @param account must be able to run them
     * @throws IOException where there are none for this platform or no folder can hold them
     */
    static PostgresBinaries unpacked(Account account) throws IOException {
        String archive = archiveName(System.getProperty("os.name"), System.getProperty("os.arch"));
        String name = "postgres-" + MAJOR_VERSION + "-" + digest(archive);
        for (Path cache : caches()) {
            if (!isUsable(cache, account)) {
                continue;
            }
            Path home = cache.resolve(name);
            if (!Files.isDirectory(home)) {
                LOG.info("unpacking PostgreSQL into {}", home);
                unpack(archive, home);
            }
            return new PostgresBinaries(home);
        }
        throw new IOException(
                "PostgreSQL's programs need a folder to be unpacked into: none of %s can be used"
                        .formatted(caches()));
    }

    /**
     * The archive's name on the classpath.
     *
     * @throws IOException where there is none for the platform
     */
    static String archiveName(String osName, String osArch) throws IOException {
        String os = osName.toLowerCase(Locale.ROOT);
        String system =
                os.contains("linux") ? "linux" : os.contains("mac") ? "darwin" : "unsupported";
        String processor =
                switch (osArch.toLowerCase(Locale.ROOT)) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    default -> "unsupported";
                };
        String name = "postgres-" + system + "-" + processor + ".txz";
        if (name.contains("unsupported")) {
            throw new IOException(
                    "platform: %s on %s (expected: Linux or macOS on x86-64 or arm64)"
                            .formatted(osName, osArch));
        }
        return name;
    }

    private static List<Path> caches() {
        Path users =
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .filter(text -> text.startsWith("/"))
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
        // Homeless users, and those whose home the server's account cannot enter.
        Path shared =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "streamgauge-" + new UnixSystem().getUid());
        return List.of(users.resolve("streamgauge"), shared);
    }

    /** Made where missing; a folder that someone else put there is not trusted. */
    private static boolean isUsable(Path cache, Account account) throws IOException {
        try {
            Files.createDirectories(cache);
        } catch (FileSystemException e) {
            LOG.debug("{} cannot be made", cache, e);
            return false;
        }
        long owner = ((Integer) Files.getAttribute(cache, "unix:uid")).longValue();
        return owner == new UnixSystem().getUid()
                && Files.isWritable(cache)
                && account.canEnter(cache);
    }

    private static void unpack(String archive, Path home) throws IOException {
        Path parent = requireNonNull(home.getParent());
        Path unfinished = Files.createTempDirectory(parent, "unpacking-");
        Files.setPosixFilePermissions(unfinished, permissions(0755));
        try (InputStream raw = open(archive);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(
                                new XZInputStream(new BufferedInputStream(raw)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                unpack(tar, entry, unfinished);
            }
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            LOG.debug("another process has unpacked {} first", home, e);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(parent + " cannot be used: " + e.getMessage(), e);
        } finally {
            Folders.delete(unfinished);
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder)
            throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException(
                    "archive entry: " + entry.getName() + " (expected: a path within)");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(requireNonNull(target.getParent()));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(tar, target);
            Files.setPosixFilePermissions(target, permissions(entry.getMode() | 0444));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        // In the order of the bits, from the lowest: others' execution.
        PosixFilePermission[] bits = {
            PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_READ
        };
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < bits.length; bit++) {
            boolean othersMayWrite = bit == 1 || bit == 4;
            if ((mode & 1 << bit) != 0 && !othersMayWrite) {
                permissions.add(bits[bit]);
            }
        }
        return permissions;
    }

    private static String digest(String archive) throws IOException {
        try (InputStream in = open(archive)) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static InputStream open(String archive) throws IOException {
        InputStream in = PostgresBinaries.class.getResourceAsStream("/" + archive);
        if (in == null) {
            throw new IOException("archive: " + archive + " (expected: on the classpath)");
        }
        return in;
    }
}
