package io.streamgauge.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands that end by themselves. */
final class Command {

    private static final int NOT_RUN = 127;

    private Command() {}

    /**
     * What came of a command.
     *
     * @param status its exit status, 127 where there is no such command
     * @param output what it wrote, errors included
     */
    record Result(List<String> command, int status, String output) {

        boolean succeeded() {
            return status == 0;
        }

        /**
         * @throws IOException where the command failed; tells what it wrote
         */
        Result orThrow(String what) throws IOException {
            if (!succeeded()) {
                throw new IOException(
                        "%s: %s ended with status %d: %s"
                                .formatted(what, command.getFirst(), status, output.strip()));
            }
            return this;
        }
    }

    /**
     * Runs a command to its end.
     *
     * @throws IOException where it does not end in time; it is killed then
     */
    static Result run(List<String> command, Duration patience) throws IOException {
        // Output goes by a file: a pipe would stay open as long as a child of the command has it.
        Path output = Files.createTempFile("streamgauge-", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectInput(new File("/dev/null"))
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            settle(builder.environment());
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                return new Result(command, NOT_RUN, String.valueOf(e.getMessage()));
            }
            int status = waitFor(process, command, patience);
            return new Result(command, status, new String(Files.readAllBytes(output), ENCODING));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static final Charset ENCODING = StandardCharsets.UTF_8;

    /** What the user's environment says about PostgreSQL and languages is about other servers. */
    private static void settle(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("LC_ALL", "C");
    }

    private static int waitFor(Process process, List<String> command, Duration patience)
            throws IOException {
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        }
        process.destroyForcibly();
        throw new IOException(
                "%s did not end within %d s".formatted(command.getFirst(), patience.toSeconds()));
    }
}
