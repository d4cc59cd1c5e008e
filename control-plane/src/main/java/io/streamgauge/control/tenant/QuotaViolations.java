package io.streamgauge.control.tenant;

import io.streamgauge.control.problem.QuotaExceeded;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Tells from the failure of a transaction that a quota has refused it. The database counts, in the
 * transaction that uses what is counted, so that no check before it is needed, and none would hold.
 */
public final class QuotaViolations {

    /** What the trigger that counts raises. */
    private static final String SQL_STATE = "SG001";

    /** Resource, limit, and what is used. */
    private static final Pattern DETAIL = Pattern.compile("([a-z-]+) (\\d{1,18}) (\\d{1,18})");

    private QuotaViolations() {}

    /** What to throw: the quota's refusal, or the failure itself where it has another reason. */
    public static RuntimeException translated(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && SQL_STATE.equals(sql.getSQLState())) {
                return read(sql);
            }
        }
        return failure;
    }

    private static QuotaExceeded read(SQLException refused) {
        ServerErrorMessage message =
                refused instanceof PSQLException ofServer ? ofServer.getServerErrorMessage() : null;
        String detail = message == null || message.getDetail() == null ? "" : message.getDetail();
        Matcher matcher = DETAIL.matcher(detail);
        if (!matcher.matches()) {
            throw new IllegalStateException(
                    "detail of %s: %s (expected: resource, limit, use)"
                            .formatted(SQL_STATE, detail),
                    refused);
        }
        QuotaExceeded exceeded =
                new QuotaExceeded(
                        matcher.group(1),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)));
        exceeded.initCause(refused);
        return exceeded;
    }
}
