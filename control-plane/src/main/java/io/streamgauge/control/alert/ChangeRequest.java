package io.streamgauge.control.alert;

import io.streamgauge.control.audit.Origin;
import java.util.function.Predicate;

/**
 * How a change is to be made.
 *
 * @param expected whether the present alert is the one that the change was made for
 * @param note why, for the list of versions; may be empty
 * @param dryRun whether everything is done but the saving
 */
record ChangeRequest(
        Predicate<Alert> expected, OnChange onChange, String note, boolean dryRun, Origin origin) {}
