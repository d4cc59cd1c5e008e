package io.streamgauge.control.responsecache;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response of status 200 as it is given again: the body, and those headers that belong to it and
 * not to the request that it was made for. Headers are written once; what a hit needs besides
 * changes once a second.
 *
 * <p>Immutable, apart from {@link #freshness}, which any thread may set to what any other would.
 */
public final class StoredResponse {

    /** What is told of a response that the client has already. */
    private static final List<HeaderName> VALIDATORS =
            List.of(
                    HeaderNames.ETAG,
                    HeaderNames.CACHE_CONTROL,
                    HeaderNames.CONTENT_LOCATION,
                    HeaderNames.EXPIRES);

    /** What goes with a body only. */
    private static final List<HeaderName> OF_THE_BODY =
            List.of(
                    HeaderNames.CONTENT_TYPE,
                    HeaderNames.CONTENT_LANGUAGE,
                    HeaderNames.CONTENT_DISPOSITION,
                    HeaderNames.LAST_MODIFIED,
                    HeaderNames.LINK);

    /**
     * For where the handler says nothing: the client may keep it, and has to ask each time, since
     * others change what it shows.
     */
    private static final Header REVALIDATE =
            HeaderValues.createCached(
                    HeaderNames.CACHE_CONTROL, "private, max-age=0, must-revalidate");

    private static final int OVERHEAD = 512;

    private final byte[] body;
    private final String etag;
    private final List<Header> validators;
    private final List<Header> ofTheBody;
    private final long madeAt;
    private final long lifetimeSeconds;
    private final long stamp;
    private @Nullable Freshness freshness;

    /**
     * The headers of a hit at one age.
     *
     * @param age in seconds
     */
    record Freshness(long age, Header ageHeader, Header cacheStatus) {}

    private StoredResponse(
            byte[] body,
            String etag,
            List<Header> validators,
            List<Header> ofTheBody,
            long madeAt,
            long lifetimeSeconds,
            long stamp) {
        this.body = body;
        this.etag = etag;
        this.validators = validators;
        this.ofTheBody = ofTheBody;
        this.madeAt = madeAt;
        this.lifetimeSeconds = lifetimeSeconds;
        this.stamp = stamp;
    }

    /**
     * Takes a response.
     *
     * @param headers of the response as the handler set them; those of filters are left out
     * @param body kept as it is, not copied
     * @param madeAt the time in nanoseconds
     * @param stamp of the tenant when the response began to be made
     */
    static StoredResponse of(
            Headers headers, byte[] body, long madeAt, Duration lifetime, long stamp) {
        List<Header> validators = taken(headers, VALIDATORS);
        String etag =
                headers.contains(HeaderNames.ETAG)
                        ? headers.get(HeaderNames.ETAG).get()
                        : ContentTag.of(body);
        if (!headers.contains(HeaderNames.ETAG)) {
            validators.add(HeaderValues.createCached(HeaderNames.ETAG, etag));
        }
        if (!headers.contains(HeaderNames.CACHE_CONTROL)) {
            validators.add(REVALIDATE);
        }
        return new StoredResponse(
                body,
                etag,
                List.copyOf(validators),
                List.copyOf(taken(headers, OF_THE_BODY)),
                madeAt,
                lifetime.toSeconds(),
                stamp);
    }

    byte[] body() {
        return body;
    }

    String etag() {
        return etag;
    }

    /** Headers of a response with and of one without the body. */
    List<Header> validators() {
        return validators;
    }

    /** Headers of a response with the body only. */
    List<Header> ofTheBody() {
        return ofTheBody;
    }

    /** What the tenant's stamp was when this began to be made. */
    long stamp() {
        return stamp;
    }

    /** Whether it may still be given at a time. */
    boolean isFresh(long now) {
        return now - madeAt < lifetimeSeconds * 1_000_000_000L;
    }

    /** The headers of a hit at a time. */
    Freshness freshness(long now) {
        long age = Math.max(0, (now - madeAt) / 1_000_000_000L);
        Freshness known = freshness;
        if (known != null && known.age() == age) {
            return known;
        }
        Freshness fresh =
                new Freshness(
                        age,
                        HeaderValues.createCached(HeaderNames.AGE, age),
                        CacheStatus.hit(lifetimeSeconds - age));
        freshness = fresh;
        return fresh;
    }

    /** Bytes of memory, roughly. */
    int weight(ResponseKey key) {
        long weight = OVERHEAD + key.length() + (long) body.length;
        for (Header header : validators) {
            weight += header.name().length() + header.get().length();
        }
        for (Header header : ofTheBody) {
            weight += header.name().length() + header.get().length();
        }
        return (int) Math.min(weight, Integer.MAX_VALUE);
    }

    private static List<Header> taken(Headers headers, List<HeaderName> names) {
        List<Header> taken = new ArrayList<>();
        for (HeaderName name : names) {
            if (headers.contains(name)) {
                taken.add(HeaderValues.createCached(name, headers.get(name).values()));
            }
        }
        return taken;
    }
}
