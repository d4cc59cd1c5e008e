package io.streamgauge.control.responsecache;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a service behind the gateway lets its response be given to others, and for how long (RFC
 * 9111). Its requests have credentials, so that it has to say so: {@code public} or {@code
 * s-maxage}. What depends on more than the gateway tells apart is not kept.
 */
final class UpstreamPermission {

    private static final List<HeaderName> SPOILERS =
            List.of(
                    HeaderNames.SET_COOKIE,
                    HeaderNames.VARY,
                    HeaderNames.CONTENT_ENCODING,
                    HeaderNames.CONTENT_RANGE);

    private static final String SHARED_AGE = "s-maxage=";
    private static final String AGE = "max-age=";

    private UpstreamPermission() {}

    /**
     * How long a response may be given again.
     *
     * @param most what the gateway is configured to do
     * @return empty for not at all
     */
    static Optional<Duration> of(Headers headers, Duration most) {
        if (!headers.contains(HeaderNames.CACHE_CONTROL)
                || SPOILERS.stream().anyMatch(headers::contains)) {
            return Optional.empty();
        }
        boolean shared = false;
        Optional<Long> sharedAge = Optional.empty();
        Optional<Long> age = Optional.empty();
        String text = headers.get(HeaderNames.CACHE_CONTROL).values().toLowerCase(Locale.ROOT);
        for (String part : text.split(",", -1)) {
            String directive = part.strip();
            if (directive.equals("no-store")
                    || directive.startsWith("no-cache")
                    || directive.startsWith("private")) {
                return Optional.empty();
            }
            if (directive.equals("public")) {
                shared = true;
            } else if (directive.startsWith(SHARED_AGE)) {
                sharedAge = seconds(directive.substring(SHARED_AGE.length()));
                shared = true;
            } else if (directive.startsWith(AGE)) {
                age = seconds(directive.substring(AGE.length()));
            }
        }
        // Without an age it is ours to choose; what has aged on its way here is another's to count.
        if (!shared || headers.contains(HeaderNames.AGE)) {
            return Optional.empty();
        }
        return (sharedAge.isPresent() ? sharedAge : age)
                .map(Duration::ofSeconds)
                .map(it -> it.compareTo(most) < 0 ? it : most)
                .or(() -> Optional.of(most))
                .filter(Duration::isPositive);
    }

    /** Nothing where it is no number: then 0 is the safe reading (RFC 9111, 4.2.1). */
    private static Optional<Long> seconds(String text) {
        String digits = text.replace("\"", "");
        boolean number =
                !digits.isEmpty()
                        && digits.length() < 10
                        && digits.chars().allMatch(it -> it >= '0' && it <= '9');
        return Optional.of(number ? Long.parseLong(digits) : 0L);
    }
}
