package io.streamgauge.client;

import java.util.List;
import java.util.Optional;

/**
 * Which of the incidents that are there now.
 *
 * @param alert of one alert, by id or name
 * @param stream of one stream, by id or name
 * @param severities empty stands for all
 */
public record ActiveFilter(
        Optional<String> alert, Optional<String> stream, List<String> severities) {

    /** All of them. */
    public static final ActiveFilter ALL =
            new ActiveFilter(Optional.empty(), Optional.empty(), List.of());

    public ActiveFilter {
        severities = List.copyOf(severities);
    }

    /** The same of one alert. */
    public ActiveFilter withAlert(String idOrName) {
        return new ActiveFilter(Optional.of(idOrName), stream, severities);
    }

    /** The same of one stream. */
    public ActiveFilter withStream(String idOrName) {
        return new ActiveFilter(alert, Optional.of(idOrName), severities);
    }

    /** The same of some severities. */
    public ActiveFilter withSeverities(String... some) {
        return new ActiveFilter(alert, stream, List.of(some));
    }
}
