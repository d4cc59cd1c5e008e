package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.stream.StreamSpec;
import java.util.List;

/** Checks a specification against the stream whose events it judges. */
public final class AlertChecker {

    private AlertChecker() {}

    /** What speaks against it; empty where it fits. Pointers are into the specification. */
    public static List<Violation> check(AlertSpec spec, StreamSpec stream) {
        return List.of();
    }
}
