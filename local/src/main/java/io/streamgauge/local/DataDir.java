package io.streamgauge.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder that holds everything an installation keeps.
 *
 * @param root absolute
 */
public record DataDir(Path root) {

    private static final String API_URL = "api-url";

    public DataDir {
        root = root.toAbsolutePath().normalize();
    }

    /** The signing key and passwords. */
    public Path keys() {
        return root.resolve("keys");
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path kafka() {
        return root.resolve("kafka");
    }

    /** Checkpoints and temporary files of Flink. */
    public Path flink() {
        return root.resolve("flink");
    }

    /** The log that everything in the JVM writes. */
    public Path log() {
        return root.resolve("logs").resolve("streamgauge.log");
    }

    /** Tells by being there that the demo's alerts were made. */
    Path alertsInstalled() {
        return root.resolve("alerts-installed");
    }

    /** Leaves word for other commands where the running API is. */
    void announce(String apiUrl) throws IOException {
        Files.writeString(root.resolve(API_URL), apiUrl + "\n");
    }

    /** Takes that word back. */
    void retract() throws IOException {
        Files.deleteIfExists(root.resolve(API_URL));
    }

    /** Where the API that was started last is; empty where it was stopped in good order. */
    public Optional<String> announcedApiUrl() throws IOException {
        Path file = root.resolve(API_URL);
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }
}
