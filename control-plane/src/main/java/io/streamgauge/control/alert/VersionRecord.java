package io.streamgauge.control.alert;

import io.streamgauge.contracts.alert.AlertSpec;
import java.time.Instant;

/**
 * One version of an alert, as it is kept.
 *
 * @param number 1 for the first, one more with each change
 * @param createdBy subject of the token, or id of the API key
 * @param note why, or how it came about; may be empty
 */
record VersionRecord(
        long number, AlertSpec spec, Instant createdAt, String createdBy, String note) {}
