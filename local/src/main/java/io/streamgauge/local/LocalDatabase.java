package io.streamgauge.local;

import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/**
 * What the owner of the local database does to it. The two users that the control plane connects as
 * get a new password at each start, which is kept nowhere.
 */
final class LocalDatabase {

    private static final String SEED = "/db/seed/demo.sql";

    private final EmbeddedPostgres postgres;
    private final SecureRandom random = new SecureRandom();

    LocalDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /** Makes the control plane's users where they are missing, and says how to connect as them. */
    DatabaseConfig prepareUsers() throws SQLException {
        String appPassword = newPassword();
        String systemPassword = newPassword();
        try (Connection connection = connect()) {
            prepareUser(connection, DatabaseConfig.DEFAULT_APP_USER, appPassword);
            prepareUser(connection, DatabaseConfig.DEFAULT_SYSTEM_USER, systemPassword);
        }
        return new DatabaseConfig(
                postgres.jdbcUrl(),
                postgres.user(),
                postgres.password(),
                DatabaseConfig.DEFAULT_APP_USER,
                appPassword,
                DatabaseConfig.DEFAULT_SYSTEM_USER,
                systemPassword,
                DatabaseConfig.DEFAULT_POOL_SIZE);
    }

    /** Adds the demo tenant; after the migrations. */
    void seed() throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(seedScript());
            connection.commit();
        }
    }

    /** Attributes as in the first migration, which finds the users made already. */
    private static void prepareUser(Connection connection, String user, String password)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean exists;
            try (ResultSet found =
                    statement.executeQuery("SELECT FROM pg_roles WHERE rolname = '" + user + "'")) {
                exists = found.next();
            }
            // DDL takes no parameters; both texts are of our own making, letters and digits.
            statement.execute(
                    "%s ROLE %s LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '%s'"
                            .formatted(exists ? "ALTER" : "CREATE", user, password));
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    private String newPassword() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String seedScript() throws IOException {
        try (InputStream script = LocalDatabase.class.getResourceAsStream(SEED)) {
            if (script == null) {
                throw new IOException(SEED + " is not on the classpath");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
