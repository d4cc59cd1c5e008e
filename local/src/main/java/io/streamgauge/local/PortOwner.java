package io.streamgauge.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that listens on a TCP port, as far as this user may know.
 *
 * @param pid its process id
 * @param command its name
 */
record PortOwner(long pid, String command) {

    private static final Logger LOG = LoggerFactory.getLogger(PortOwner.class);

    private static final String LISTENING = "0A"; // the kernel's TCP_LISTEN
    private static final Path PROC = Path.of("/proc");

    /** Finds the owner; empty where nobody listens or it cannot be told. */
    static Optional<PortOwner> of(int port) {
        try {
            return Files.isReadable(PROC.resolve("net/tcp")) ? of(port, PROC) : byLsof(port);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("the owner of port {} cannot be told", port, e);
            return Optional.empty();
        }
    }

    /**
     * Finds the owner by Linux's process file system.
     *
     * @param proc where that is
     */
    static Optional<PortOwner> of(int port, Path proc) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Path file = proc.resolve(table);
            if (Files.isReadable(file)) {
                sockets.addAll(listeningSockets(Files.readAllLines(file), port));
            }
        }
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (hasOpen(process, sockets)) {
                    return Optional.of(
                            new PortOwner(
                                    Long.parseLong(process.getFileName().toString()),
                                    Files.readString(process.resolve("comm")).strip()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The sockets, as links in {@code /proc/PID/fd} show them, that listen on a port.
     *
     * @param table lines of {@code /proc/net/tcp}, the first of them the heading
     */
    static Set<String> listeningSockets(List<String> table, int port) {
        Set<String> sockets = new HashSet<>();
        for (String line : table.subList(Math.min(1, table.size()), table.size())) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length > 9
                    && columns[3].equals(LISTENING)
                    && columns[1].endsWith(":%04X".formatted(port))) {
                sockets.add("socket:[" + columns[9] + "]");
            }
        }
        return sockets;
    }

    /**
     * Reads what {@code lsof -Fpc} writes: {@code p} and the process id, then {@code c} and the
     * command, each on a line of its own.
     */
    static Optional<PortOwner> parseLsof(String output) {
        Optional<Long> pid = field(output, 'p').map(Long::parseLong);
        Optional<String> command = field(output, 'c');
        return pid.map(id -> new PortOwner(id, command.orElse("unknown")));
    }

    @Override
    public String toString() {
        return "process %d, %s".formatted(pid, command);
    }

    private static boolean hasOpen(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException | UncheckedIOException | java.nio.file.DirectoryIteratorException e) {
            LOG.trace("{} is another user's, or gone", process, e);
        }
        return false;
    }

    private static Optional<PortOwner> byLsof(int port) throws IOException {
        Process lsof =
                new ProcessBuilder("lsof", "-nP", "-iTCP:" + port, "-sTCP:LISTEN", "-Fpc")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String output = new String(lsof.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            lsof.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lsof.destroy();
        }
        return parseLsof(output);
    }

    private static Optional<String> field(String output, char kind) {
        return output.lines()
                .filter(line -> !line.isEmpty() && line.charAt(0) == kind)
                .map(line -> line.substring(1))
                .findFirst();
    }
}
