package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What came of a change.
 *
 * @param alert as it is now, or would be
 * @param added the version that the change made, where it made one
 * @param preview how the annotations of what was changed read, where the change has any
 */
record Outcome(Alert alert, Optional<VersionRecord> added, Optional<ObjectNode> preview) {

    /** A change that has made no version. */
    static Outcome of(Alert alert) {
        return new Outcome(alert, Optional.empty(), Optional.empty());
    }
}
