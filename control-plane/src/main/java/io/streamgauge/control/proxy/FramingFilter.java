package io.streamgauge.control.proxy;

import io.helidon.common.buffers.DataReader.IncorrectNewLineException;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.control.problem.ControlPlaneException;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is left of one request from being read as the next, for every route and not only for
 * those of a proxy: before a request, where it does not say for certain where its body ends; after
 * it, where the body could not be read to its end, or where the response says that the connection
 * ends. The server itself goes on in all these cases.
 *
 * <p>The first filter after that of the request's id.
 */
public final class FramingFilter implements Filter {

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        RequestFraming framing;
        try {
            framing = RequestFraming.of(request.headers());
        } catch (InvalidRequest e) {
            throw ClosingAnswer.send(request, response, e);
        }
        if (framing instanceof RequestFraming.Bodiless) {
            chain.proceed();
        } else {
            proceedWithBody(chain, request, response);
        }
        if (response.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
            response.commit();
            throw new CloseConnectionException("the response says so");
        }
    }

    private static void proceedWithBody(
            FilterChain chain, RoutingRequest request, RoutingResponse response) {
        @Nullable Body[] body = new Body[1];
        request.streamFilter(
                stream -> {
                    body[0] = new Body(stream);
                    return body[0];
                });
        try {
            chain.proceed();
        } catch (ControlPlaneException e) {
            throw isLeftOver(request, body[0]) ? ClosingAnswer.send(request, response, e) : e;
        }
        if (isLeftOver(request, body[0])) {
            response.commit();
            throw new CloseConnectionException("the request was not read to its end");
        }
    }

    /**
     * Whether a body is left that the server would not read either. A client that has asked whether
     * to send one may send it whatever the answer was.
     */
    private static boolean isLeftOver(RoutingRequest request, @Nullable Body body) {
        boolean unasked =
                request.headers().contains(HeaderValues.EXPECT_100) && !request.continueSent();
        return unasked || (body != null && body.failed);
    }

    /** Notes whether a body could be read, and says so where it is the client's fault. */
    private static final class Body extends FilterInputStream {

        private boolean failed;

        private Body(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            byte[] next = new byte[1];
            return read(next, 0, 1) < 0 ? -1 : next[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            boolean read = false;
            try {
                int count = super.read(bytes, offset, length);
                read = true;
                return count;
            } catch (NumberFormatException | IncorrectNewLineException e) {
                InvalidRequest malformed =
                        new InvalidRequest(
                                ErrorCode.MALFORMED_REQUEST,
                                "body: chunks that cannot be read (expected: sizes in hexadecimal)",
                                List.of());
                malformed.initCause(e);
                throw malformed;
            } finally {
                failed |= !read;
            }
        }
    }
}
