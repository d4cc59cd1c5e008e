package io.streamgauge.control.responsecache;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Locale;

/**
 * What a client's {@code Cache-Control} wants of the cache.
 *
 * @param read whether it takes what is kept
 * @param keep whether others may have what is made for it
 */
record RequestDirectives(boolean read, boolean keep) {

    private static final RequestDirectives USUAL = new RequestDirectives(true, true);

    static RequestDirectives of(ServerRequestHeaders headers) {
        if (!headers.contains(HeaderNames.CACHE_CONTROL)) {
            return USUAL;
        }
        String text = headers.get(HeaderNames.CACHE_CONTROL).values().toLowerCase(Locale.ROOT);
        boolean noStore = text.contains("no-store");
        boolean fresh = text.contains("no-cache") || text.contains("max-age=0");
        return new RequestDirectives(!noStore && !fresh, !noStore);
    }

    Lookup lookUp(ResponseCache cache, ResponseKey key) {
        return read ? cache.lookUp(key) : new Lookup.Miss(cache.refresh(key, keep));
    }
}
