package io.streamgauge.control.config;

import io.streamgauge.contracts.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one section of the configuration, so that all is said at once. */
final class ConfigChecks {

    private final String section;
    private final List<String> problems = new ArrayList<>();

    ConfigChecks(String section) {
        this.section = section;
    }

    ConfigChecks present(String key, String value) {
        return check(!value.isBlank(), key, "missing", "a value");
    }

    ConfigChecks within(String key, long value, long least, long most) {
        return check(
                value >= least && value <= most,
                key,
                Long.toString(value),
                "%d to %d".formatted(least, most));
    }

    ConfigChecks within(String key, Duration value, Duration least, Duration most) {
        return check(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                key,
                value.isNegative() ? value.toString() : Durations.format(value),
                "%s to %s".formatted(Durations.format(least), Durations.format(most)));
    }

    ConfigChecks check(boolean good, String key, String value, String expectation) {
        if (!good) {
            problems.add("%s.%s: %s (expected: %s)".formatted(section, key, value, expectation));
        }
        return this;
    }

    /**
     * @throws InvalidConfigException where anything is wrong
     */
    void done() {
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
    }
}
