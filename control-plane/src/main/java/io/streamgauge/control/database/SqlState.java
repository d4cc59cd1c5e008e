package io.streamgauge.control.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** The codes by which PostgreSQL says what went wrong. */
public final class SqlState {

    public static final String UNIQUE_VIOLATION = "23505";

    private SqlState() {}

    /** The code of the SQL exception among the causes of a failure; empty where there is none. */
    public static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    /**
     * Whether the server could not be reached, went away, or has no room now: the same may work
     * later.
     */
    public static boolean isOutage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState() == null ? "" : sql.getSQLState();
                boolean outage =
                        cause instanceof SQLTransientConnectionException
                                || state.startsWith("08") // connection
                                || state.startsWith("53") // insufficient resources
                                || state.startsWith("57P"); // operator intervention
                if (outage) {
                    return true;
                }
            }
        }
        return false;
    }
}
