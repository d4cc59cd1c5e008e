package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.common.GenericType;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.DateTime;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import io.helidon.webserver.http.spi.SinkProviderContext;
import io.streamgauge.control.http.ServedClient;

/**
 * The connection to a client, past the server's own response. The server cannot send a head without
 * the begin of a body, as a client of server-sent events waits for, and sets a length of zero where
 * a response to HEAD or a 304 says none; here both are written as they are. Filters of the
 * response's stream do not see what is written here.
 *
 * <p>For one request and one thread.
 */
final class ClientChannel implements Sink<byte[]> {

    static final GenericType<ClientChannel> TYPE = GenericType.create(ClientChannel.class);

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

    private final SinkProviderContext context;
    private boolean chunked;

    ClientChannel(SinkProviderContext context) {
        this.context = context;
    }

    /** The channel of a response that has not begun. */
    static ClientChannel of(ServerResponse response) {
        return response.sink(TYPE);
    }

    /** The server's connection; for those who watch it. */
    ConnectionContext connection() {
        return context.connectionContext();
    }

    /**
     * Writes the head, with the status and the headers that the response has.
     *
     * @param withBody whether a body follows; in chunks where the headers give no length
     * @param keepAlive whether the connection serves further requests
     * @param whileSending whether the client still sends its request, and is to go on with it
     */
    void begin(boolean withBody, boolean keepAlive, boolean whileSending) {
        if (!whileSending) {
            ServedClient.of(connection()).ifPresent(client -> client.answering(!keepAlive));
        }
        ServerResponseHeaders headers = context.serverResponse().headers();
        chunked = withBody && !headers.contains(HeaderNames.CONTENT_LENGTH);
        if (chunked) {
            headers.set(HeaderValues.TRANSFER_ENCODING_CHUNKED);
        }
        headers.set(keepAlive ? HeaderValues.CONNECTION_KEEP_ALIVE : HeaderValues.CONNECTION_CLOSE);
        headers.setIfAbsent(HeaderValues.create(HeaderNames.DATE, DateTime.rfc1123String()));
        Status status = context.serverResponse().status();
        BufferData head = BufferData.growing(512);
        head.write(
                "HTTP/1.1 %d %s\r\n"
                        .formatted(status.code(), status.reasonPhrase())
                        .getBytes(US_ASCII));
        for (Header header : headers) {
            header.writeHttp1Header(head);
        }
        head.write("\r\n".getBytes(US_ASCII));
        write(head);
    }

    @Override
    public ClientChannel emit(byte[] bytes) {
        emit(bytes, bytes.length);
        return this;
    }

    /** Writes a part of the body, which is not kept. */
    void emit(byte[] bytes, int length) {
        BufferData data = BufferData.create(length + 12);
        if (chunked) {
            data.write((Integer.toHexString(length) + "\r\n").getBytes(US_ASCII));
        }
        data.write(bytes, 0, length);
        if (chunked) {
            data.write("\r\n".getBytes(US_ASCII));
        }
        write(data);
    }

    /** Ends the body and the response. A response that breaks off is not closed. */
    @Override
    public void close() {
        if (chunked) {
            write(BufferData.create(LAST_CHUNK));
        }
        ServedClient.of(connection()).ifPresent(client -> client.answering(false));
        context.closeRunnable().run();
    }

    private void write(BufferData data) {
        connection().dataWriter().writeNow(data);
    }
}
