package io.streamgauge.control.config;

/**
 * How to reach PostgreSQL. Three users, because row-level security tells them apart: the owner
 * migrates, the application's serves requests, the system's relays and projects.
 *
 * @param jdbcUrl without credentials
 * @param ownerUser owns the schema; used at start only
 * @param ownerPassword empty where the server asks for none, as the other passwords
 * @param poolSize connections of the application's user, 2 to 200; the system's has a few more
 */
public record DatabaseConfig(
        String jdbcUrl,
        String ownerUser,
        String ownerPassword,
        String appUser,
        String appPassword,
        String systemUser,
        String systemPassword,
        int poolSize) {

    public static final String DEFAULT_APP_USER = "streamgauge_app";
    public static final String DEFAULT_SYSTEM_USER = "streamgauge_system";
    public static final int DEFAULT_POOL_SIZE = 10;

    /**
     * @throws InvalidConfigException with every problem
     */
    public DatabaseConfig {
        new ConfigChecks("database")
                .check(
                        jdbcUrl.startsWith("jdbc:postgresql:"),
                        "jdbc-url",
                        jdbcUrl.isBlank() ? "missing" : "of another kind",
                        "jdbc:postgresql://host:port/name")
                .present("owner-user", ownerUser)
                .present("app-user", appUser)
                .present("system-user", systemUser)
                .within("pool-size", poolSize, 2, 200)
                .done();
    }

    /** For a server that asks for no passwords, as an embedded one does. */
    public static DatabaseConfig trusted(String jdbcUrl, String ownerUser) {
        return new DatabaseConfig(
                jdbcUrl,
                ownerUser,
                "",
                DEFAULT_APP_USER,
                "",
                DEFAULT_SYSTEM_USER,
                "",
                DEFAULT_POOL_SIZE);
    }

    /** Without the passwords, and without the URL's query, which can hold one. */
    @Override
    public String toString() {
        int query = jdbcUrl.indexOf('?');
        return "DatabaseConfig[jdbcUrl=%s, ownerUser=%s, appUser=%s, systemUser=%s, passwords=***, poolSize=%d]"
                .formatted(
                        query < 0 ? jdbcUrl : jdbcUrl.substring(0, query) + "?***",
                        ownerUser,
                        appUser,
                        systemUser,
                        poolSize);
    }
}
