package io.streamgauge.control.alert;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.alert.Severity;
import java.util.Map;
import java.util.Optional;

/**
 * Which alerts a list has; what is empty lets all through.
 *
 * @param labels that the alert has, all of them
 */
record AlertFilter(
        Optional<StreamId> stream,
        Optional<Severity> severity,
        Optional<Boolean> paused,
        Map<String, String> labels) {}
