package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** A client on a bare socket, that sends just what it is told. */
final class RawClient implements AutoCloseable {

    final Socket socket;
    final InputStream in;
    final OutputStream out;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    RawClient send(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
        return this;
    }

    /** Everything until the server ends the connection. */
    String readToEnd() throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] bytes = new byte[8192];
        try {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                text.append(new String(bytes, 0, count, ISO_8859_1));
            }
        } catch (SocketException reset) {
            // ended as well
        }
        return text.toString();
    }

    /** Until a text has come, which is the last of what is returned. */
    String readUntil(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < end.length()
                || !text.substring(text.length() - end.length()).equals(end)) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    String readHead() throws IOException {
        return readUntil("\r\n\r\n");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
