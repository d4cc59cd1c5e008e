package io.streamgauge.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid}, which a PostgreSQL server keeps in its data folder while it runs: its
 * process id, then the folder. A server that was killed leaves it there.
 */
final class PostmasterFile {

    private final Path dataDir;
    private final Path file;

    private PostmasterFile(Path dataDir) {
        this.dataDir = dataDir;
        this.file = dataDir.resolve("postmaster.pid");
    }

    static PostmasterFile of(Path dataDir) {
        return new PostmasterFile(dataDir);
    }

    boolean exists() {
        return Files.exists(file);
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * The process that the file names, where it lives and is in truth a PostgreSQL server on this
     * folder: numbers of processes are used again.
     */
    Optional<ProcessHandle> server() throws IOException {
        if (!exists()) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2 || !isDataDir(lines.get(1).strip())) {
            return Optional.empty();
        }
        return parsePid(lines.getFirst().strip())
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive)
                .filter(this::servesDataDir);
    }

    private static Optional<Long> parsePid(String text) {
        try {
            long pid = Long.parseLong(text);
            return pid > 0 ? Optional.of(pid) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean servesDataDir(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        boolean isPostgres =
                info.command().map(Path::of).filter(path -> path.endsWith("postgres")).isPresent();
        return isPostgres
                && info.arguments()
                        .filter(arguments -> Arrays.stream(arguments).anyMatch(this::isDataDir))
                        .isPresent();
    }

    private boolean isDataDir(String text) {
        try {
            return text.startsWith("/") && Files.isSameFile(Path.of(text), dataDir);
        } catch (IOException noSuchFolder) {
            return false;
        }
    }
}
