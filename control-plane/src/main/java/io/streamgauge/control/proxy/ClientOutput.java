package io.streamgauge.control.proxy;

import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;

/** Where the body of a response goes. Not finished where the response breaks off. */
interface ClientOutput {

    /** Writes a part of the body. Nothing of the buffer is kept. */
    void write(byte[] bytes, int length) throws IOException;

    /** Sends what is held back; more may not come for a while. */
    void flush() throws IOException;

    /** The body is complete. */
    void finish() throws IOException;

    /** Through the server's own stream, and through the filters that have been put on it. */
    static ClientOutput through(ServerResponse response) {
        OutputStream out = response.outputStream();
        return new ClientOutput() {

            @Override
            public void write(byte[] bytes, int length) throws IOException {
                out.write(bytes, 0, length);
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void finish() throws IOException {
                out.close();
            }
        };
    }

    /** Straight to the connection, after a head that did not wait for its body. */
    static ClientOutput through(ClientChannel channel) {
        return new ClientOutput() {

            @Override
            public void write(byte[] bytes, int length) {
                channel.emit(bytes, length);
            }

            @Override
            public void flush() {
                // Nothing is held back.
            }

            @Override
            public void finish() {
                channel.close();
            }
        };
    }
}
