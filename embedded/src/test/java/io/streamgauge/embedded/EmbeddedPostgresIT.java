package io.streamgauge.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedPostgresIT {

    @TempDir private Path folder;

    @Test
    void servesClientsAndLeavesNothingBehindWhenEphemeral() throws Exception {
        EmbeddedPostgres.Options options = EmbeddedPostgres.Options.ephemeral();
        long pid;

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            pid = postgres.pid();
            assertThat(query(postgres, "SHOW server_version")).startsWith("17.");
            assertThat(query(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        }

        assertThat(options.dataDir().getParent()).doesNotExist();
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void keepsDataAcrossARestartAndIsDurable() throws Exception {
        EmbeddedPostgres.Options options = durable("s3cret");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            write(postgres);
        }

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            assertThat(query(postgres, "SELECT word FROM words")).isEqualTo("kept");
        }
    }

    @Test
    void asksForThePasswordItWasGiven() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(durable("s3cret"))) {
            assertThatThrownBy(
                            () ->
                                    DriverManager.getConnection(
                                            postgres.jdbcUrl(), postgres.user(), "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void endsSoonAfterItsJvmWasKilledAndStartsAgainWithItsData() throws Exception {
        EmbeddedPostgres.Options options = durable("");
        try (ChildJvm child = ChildJvm.start(WritesAndWaits.class, options.dataDir().toString())) {
            child.kill();
            ProcessHandle.of(Long.parseLong(child.word()))
                    .ifPresent(
                            server ->
                                    await().atMost(Duration.ofSeconds(30))
                                            .until(() -> !server.isAlive()));
        }

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            assertThat(query(postgres, "SELECT word FROM words")).isEqualTo("kept");
        }
    }

    @Test
    void stopsTheServerThatOutlivedItsJvmBeforeItStarts() throws Exception {
        EmbeddedPostgres.Options options = durable("");
        long orphan;
        try (ChildJvm child = ChildJvm.start(WritesAndWaits.class, options.dataDir().toString())) {
            orphan = Long.parseLong(child.word());
            killWatchdogOf(orphan);
            child.kill();
        }
        assertThat(ProcessHandle.of(orphan)).isPresent();

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            assertThat(postgres.pid()).isNotEqualTo(orphan);
            assertThat(ProcessHandle.of(orphan)).isEmpty();
            assertThat(query(postgres, "SELECT word FROM words")).isEqualTo("kept");
        }
    }

    @Test
    void startsAfterTheServerItselfWasKilled() throws Exception {
        EmbeddedPostgres.Options options = durable("");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            write(postgres);
            ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
            postgres.onExit().join();
        }

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            assertThat(query(postgres, "SELECT word FROM words")).isEqualTo("kept");
        }
    }

    @Test
    void leavesAStrangerAloneWhoseNumberStandsInAStaleFile() throws Exception {
        EmbeddedPostgres.Options options = durable("");
        EmbeddedPostgres.start(options).close();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            Files.write(
                    options.dataDir().resolve("postmaster.pid"),
                    List.of(String.valueOf(stranger.pid()), options.dataDir().toString()));

            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
                assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
            }

            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroy();
        }
    }

    @Test
    void startsOverWhereTheFirstInitializationWasCutShort() throws Exception {
        EmbeddedPostgres.Options options = durable("");
        Files.createDirectories(folder.resolve("data.new"));
        Files.writeString(folder.resolve("data.new").resolve("PG_VERSION"), "17\n");

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void refusesAFolderThatIsInUse() throws Exception {
        EmbeddedPostgres.Options options = durable("");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options)) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(options))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another process");
            assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void namesAPortInUse() throws Exception {
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral())) {
            EmbeddedPostgres.Options samePort =
                    new EmbeddedPostgres.Options(folder.resolve("other"), postgres.port(), "");

            assertThatThrownBy(() -> EmbeddedPostgres.start(samePort))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("PostgreSQL port: " + postgres.port());
        }
    }

    @Test
    void refusesDataOfAnotherMajorVersion() throws Exception {
        EmbeddedPostgres.Options options = durable("");
        Files.createDirectories(options.dataDir());
        Files.writeString(options.dataDir().resolve("PG_VERSION"), "12\n");

        assertThatThrownBy(() -> EmbeddedPostgres.start(options))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PostgreSQL 12 (expected: 17)");
    }

    /** Writes a row, and then waits to be killed. */
    static final class WritesAndWaits {

        private WritesAndWaits() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedPostgres postgres =
                    EmbeddedPostgres.start(
                            new EmbeddedPostgres.Options(Path.of(arguments[0]), 0, ""));
            write(postgres);
            System.out.write(
                    (ChildJvm.READY + postgres.pid() + "\n").getBytes(StandardCharsets.UTF_8));
            System.out.flush();
            Thread.currentThread().join();
        }
    }

    private EmbeddedPostgres.Options durable(String password) {
        return new EmbeddedPostgres.Options(folder.resolve("data"), 0, password);
    }

    private static void killWatchdogOf(long server) {
        List<ProcessHandle> watchdogs =
                ProcessHandle.allProcesses()
                        .filter(
                                process ->
                                        process.info()
                                                .commandLine()
                                                .filter(
                                                        line ->
                                                                line.endsWith(
                                                                        "streamgauge-watchdog "
                                                                                + server))
                                                .isPresent())
                        .toList();
        assertThat(watchdogs).hasSize(1);
        watchdogs.getFirst().destroyForcibly();
        watchdogs.getFirst().onExit().join();
    }

    private static void write(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE words (word text)");
            statement.execute("INSERT INTO words VALUES ('kept')");
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(), postgres.user(), postgres.password());
    }
}
