package io.streamgauge.control.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.problem.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * PostgreSQL, as the two roles that row-level security binds. Every access is one transaction that
 * commits when the given function returns and rolls back when it throws.
 *
 * <p>The tenant is set with {@code SET LOCAL}, so it ends with the transaction, and a connection
 * that goes back to its pool can carry none into the next. Where no tenant is set, no row of any
 * tenant is visible or writable.
 */
public final class Database implements AutoCloseable {

    /** Longer than any healthy query of ours; keeps a stuck one from holding a connection. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);

    /** Requests fail with 503 after this, rather than queue without end. */
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Relay, projection, retention, deletions, readiness, and some for operators' requests. */
    private static final int SYSTEM_POOL_SIZE = 8;

    private final HikariDataSource appPool;
    private final HikariDataSource systemPool;
    private final Jdbi app;
    private final Jdbi system;

    private Database(DatabaseConfig config) {
        appPool =
                pool(
                        "app",
                        config.jdbcUrl(),
                        config.appUser(),
                        config.appPassword(),
                        config.poolSize());
        systemPool =
                pool(
                        "system",
                        config.jdbcUrl(),
                        config.systemUser(),
                        config.systemPassword(),
                        SYSTEM_POOL_SIZE);
        app = Jdbi.create(appPool);
        system = Jdbi.create(systemPool);
    }

    /**
     * Brings the schema up to date as its owner, and opens the pools.
     *
     * @throws RuntimeException where the server cannot be reached or a migration fails
     */
    public static Database open(DatabaseConfig config) {
        Flyway.configure()
                .dataSource(config.jdbcUrl(), config.ownerUser(), config.ownerPassword())
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .cleanDisabled(true)
                .load()
                .migrate();
        return new Database(config);
    }

    /**
     * Works with one tenant's rows, as the application's role, in one transaction.
     *
     * @throws Unavailable where the server is away
     */
    public <T> T inTenant(TenantId tenant, Function<Handle, T> work) {
        return inApp(
                handle -> {
                    enterTenant(handle, tenant);
                    return work.apply(handle);
                });
    }

    /**
     * Works as the application's role before it is known in which tenant: no row of any is visible,
     * only the functions that look up credentials are of use.
     *
     * @throws Unavailable where the server is away
     */
    public <T> T beforeTenant(Function<Handle, T> work) {
        return inApp(work);
    }

    /** As {@link #inTenant}, without a result. */
    public void useTenant(TenantId tenant, Consumer<Handle> work) {
        inTenant(
                tenant,
                handle -> {
                    work.accept(handle);
                    return true;
                });
    }

    /**
     * Works for an operator of the platform: as {@link #inSystem}, in a request.
     *
     * @throws Unavailable where the server is away
     */
    public <T> T inPlatform(Function<Handle, T> work) {
        return forRequest(system, work);
    }

    /**
     * Works as the system's role in one transaction, at first in no tenant: see {@link
     * #enterTenant}. Failures come as they are: the callers are loops that try again.
     */
    public <T> T inSystem(Function<Handle, T> work) {
        return system.inTransaction(work::apply);
    }

    /**
     * As {@link #inSystem}, where no other transaction of any replica holds the same lock; does
     * nothing where one does. PostgreSQL gives the lock back with the transaction's end.
     *
     * @param lock any number that nothing else in this database locks
     * @return empty where another one is at work
     */
    public <T> Optional<T> inSystemAlone(long lock, Function<Handle, T> work) {
        return inSystem(
                handle -> {
                    boolean alone =
                            handle.createQuery("SELECT pg_try_advisory_xact_lock(:lock)")
                                    .bind("lock", lock)
                                    .mapTo(Boolean.class)
                                    .one();
                    return alone ? Optional.of(work.apply(handle)) : Optional.empty();
                });
    }

    /**
     * From here to the end of the transaction, or to the next call, rows of this tenant are visible
     * and writable.
     */
    public static void enterTenant(Handle handle, TenantId tenant) {
        handle.createQuery("SELECT set_config('app.tenant_id', :tenant, true)")
                .bind("tenant", tenant.value())
                .mapTo(String.class)
                .one();
    }

    /** Closes the pools; transactions under way fail. */
    @Override
    public void close() {
        appPool.close();
        systemPool.close();
    }

    private <T> T inApp(Function<Handle, T> work) {
        return forRequest(app, work);
    }

    private static <T> T forRequest(Jdbi role, Function<Handle, T> work) {
        try {
            return role.inTransaction(work::apply);
        } catch (JdbiException e) {
            if (SqlState.isOutage(e)) {
                throw new Unavailable("the database is away", RETRY_AFTER, e);
            }
            throw e;
        }
    }

    private static HikariDataSource pool(
            String name, String url, String user, String password, int size) {
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName("streamgauge-" + name);
        hikari.setJdbcUrl(url);
        hikari.setUsername(user);
        hikari.setPassword(password);
        hikari.setMaximumPoolSize(size);
        hikari.setMinimumIdle(Math.min(2, size));
        // Jdbi begins each transaction itself; where it finds one begun, it leaves the commit to
        // others.
        hikari.setAutoCommit(true);
        hikari.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        hikari.addDataSourceProperty("ApplicationName", "streamgauge-" + name);
        hikari.addDataSourceProperty("tcpKeepAlive", "true");
        hikari.addDataSourceProperty("reWriteBatchedInserts", "true");
        hikari.addDataSourceProperty(
                "options", "-c statement_timeout=" + STATEMENT_TIMEOUT.toMillis());
        return new HikariDataSource(hikari);
    }
}
