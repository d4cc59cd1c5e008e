package io.streamgauge.control.responsecache;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;

/** What {@code Cache-Status} (RFC 9211) says of a response. */
final class CacheStatus {

    static final HeaderName NAME = HeaderNames.create("Cache-Status");

    /** Another request, at the same time, has computed it. */
    static final Header COLLAPSED = header("streamgauge; fwd=miss; collapsed");

    private CacheStatus() {}

    /** Why a handler was asked. */
    @SuppressWarnings("ImmutableEnumChecker") // cached headers do not change
    enum Forwarded {
        /** There was nothing that could be given. */
        MISS("miss"),
        /** The client wanted it so. */
        REQUEST("request"),
        /** The tenant's data was being changed. */
        BYPASS("bypass");

        private final Header kept;
        private final Header notKept;

        Forwarded(String reason) {
            kept = header("streamgauge; fwd=" + reason + "; stored");
            notKept = header("streamgauge; fwd=" + reason);
        }

        Header status(boolean stored) {
            return stored ? kept : notKept;
        }
    }

    /** It was there, and may be given again for so many seconds. */
    static Header hit(long seconds) {
        return header("streamgauge; hit; ttl=" + seconds);
    }

    private static Header header(String value) {
        return HeaderValues.createCached(NAME, value);
    }
}
