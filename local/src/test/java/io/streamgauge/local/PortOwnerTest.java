package io.streamgauge.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortOwnerTest {

    private static final String HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "
                    + " timeout inode";
    private static final String LISTENS_ON_8080 =
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0     "
                    + "   0 4711 1 0000000000000000 100 0 0 10 0";
    private static final String CONNECTED_FROM_8080 =
            "   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0     "
                    + "   0 4712 1 0000000000000000 20 4 30 10 -1";
    private static final String LISTENS_ON_8081 =
            "   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0     "
                    + "   0 4713 1 0000000000000000 100 0 0 10 0";

    @TempDir private Path proc;

    @Test
    void findsTheProcessThatListens() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(PortOwner.of(socket.getLocalPort()))
                    .map(PortOwner::pid)
                    .contains(ProcessHandle.current().pid());
        }
    }

    @Test
    void findsNobodyWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        assertThat(PortOwner.of(port)).isEmpty();
    }

    @Test
    void countsOnlySocketsThatListenOnThePort() {
        assertThat(
                        PortOwner.listeningSockets(
                                List.of(
                                        HEADING,
                                        LISTENS_ON_8080,
                                        CONNECTED_FROM_8080,
                                        LISTENS_ON_8081),
                                8080))
                .containsExactly("socket:[4711]");
        assertThat(PortOwner.listeningSockets(List.of(HEADING), 8080)).isEmpty();
        assertThat(PortOwner.listeningSockets(List.of(), 8080)).isEmpty();
    }

    @Test
    void readsTheProcessFileSystem() throws Exception {
        Files.createDirectories(proc.resolve("net"));
        Files.write(proc.resolve("net/tcp"), List.of(HEADING, LISTENS_ON_8080));
        process(41, "other", "socket:[1]");
        process(42, "nginx", "socket:[4711]");

        assertThat(PortOwner.of(8080, proc)).contains(new PortOwner(42, "nginx"));
        assertThat(PortOwner.of(8081, proc)).isEmpty();
    }

    @Test
    void readsWhatLsofWrites() {
        assertThat(PortOwner.parseLsof("p8121\ncjava\nf77\n"))
                .contains(new PortOwner(8121, "java"));
        assertThat(PortOwner.parseLsof("")).isEqualTo(Optional.empty());
    }

    private void process(long pid, String command, String descriptor) throws Exception {
        Path process = proc.resolve(String.valueOf(pid));
        Files.createDirectories(process.resolve("fd"));
        Files.writeString(process.resolve("comm"), command + "\n");
        Files.createSymbolicLink(process.resolve("fd/3"), Path.of(descriptor));
    }
}
