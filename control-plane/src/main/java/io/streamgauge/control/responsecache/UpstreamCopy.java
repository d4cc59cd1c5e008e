package io.streamgauge.control.responsecache;

import io.helidon.http.Status;
import io.helidon.webserver.http.RoutingResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies the response of a service behind the gateway while it is passed on, and hands the copy to
 * the cache where the service allows that, the response is small, and all of it came. The client
 * gets each byte as it comes: nothing is held back for the cache, so that a first request gets the
 * service's own headers.
 */
final class UpstreamCopy {

    private final RoutingResponse response;
    private final Computation computation;
    private final ResponseCache cache;
    private @Nullable Copying copying;

    UpstreamCopy(RoutingResponse response, Computation computation, ResponseCache cache) {
        this.response = response;
        this.computation = computation;
        this.cache = cache;
    }

    /** Begins to copy what is written to the client, where that is of use. */
    OutputStream around(OutputStream client) {
        copying = null; // a failure after a beginning begins anew, with another status
        Optional<Duration> lifetime =
                response.status().code() == Status.OK_200.code()
                        ? UpstreamPermission.of(response.headers(), cache.ttl())
                        : Optional.empty();
        if (lifetime.isEmpty()) {
            computation.refuse(); // at once: nobody should wait for a long body in vain
            return client;
        }
        long length = response.headers().contentLength().orElse(-1);
        copying = new Copying(client, lifetime.get(), length);
        return copying;
    }

    /** Called when the response has been passed on without a failure. */
    void finish() {
        if (copying != null && copying.isComplete()) {
            computation.complete(response.headers(), copying.copy.toByteArray(), copying.lifetime);
        }
    }

    private final class Copying extends OutputStream {

        private final OutputStream client;
        private final Duration lifetime;
        private final long length;
        private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
        private boolean tooLarge;
        private boolean closed;

        /**
         * @param length of the body as the service has said; -1 where it has not
         */
        Copying(OutputStream client, Duration lifetime, long length) {
            this.client = client;
            this.lifetime = lifetime;
            this.length = length;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            client.write(bytes, from, count);
            if (tooLarge) {
                return;
            }
            if (copy.size() + count > cache.maxBodyBytes()) {
                tooLarge = true;
                copy.reset();
                computation.refuse();
            } else {
                copy.write(bytes, from, count);
            }
        }

        @Override
        public void flush() throws IOException {
            client.flush();
        }

        @Override
        public void close() throws IOException {
            client.close();
            closed = true;
        }

        boolean isComplete() {
            return closed && !tooLarge && (length < 0 || length == copy.size());
        }
    }
}
