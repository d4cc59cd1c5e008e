package io.streamgauge.control.event;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;

/**
 * Tells the server to hand request bodies to their handlers as they came, whatever their {@code
 * Content-Encoding}.
 *
 * <p>The server would refuse encodings that it does not know with a plain 400 before any handler
 * runs, and decode the others without a bound of what comes out. Handlers know better: ingest takes
 * gzip, counts what comes out and keeps what was good; every other resource answers 415. Responses
 * are not encoded.
 */
public final class UndecodedBodies implements ContentEncodingContext {

    private static final ContentEncodingContext NONE =
            ContentEncodingContextConfig.builder().contentEncodingsDiscoverServices(false).build();

    @Override
    public boolean contentEncodingEnabled() {
        return false;
    }

    /** True, or the server refuses requests that have the header at all. */
    @Override
    public boolean contentDecodingEnabled() {
        return true;
    }

    @Override
    public boolean contentEncodingSupported(String encodingId) {
        return NONE.contentEncodingSupported(encodingId);
    }

    @Override
    public boolean contentDecodingSupported(String encodingId) {
        return true;
    }

    @Override
    public ContentEncoder encoder(String encodingId) {
        return NONE.encoder(encodingId);
    }

    @Override
    public ContentDecoder decoder(String encodingId) {
        return ContentDecoder.NO_OP;
    }

    @Override
    public ContentEncoder encoder(Headers headers) {
        return ContentEncoder.NO_OP;
    }

    @Override
    public ContentEncodingContextConfig prototype() {
        return NONE.prototype();
    }
}
