package io.streamgauge.benchmarks;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What {@link GatewayBenchmark} compares with: a server of the same library that answers with a
 * constant. Prints its port and serves until its standard input ends.
 */
public final class PlainServer {

    private PlainServer() {}

    /**
     * Serves.
     *
     * @param args the answer's body
     */
    public static void main(String[] args) throws IOException {
        byte[] body = args[0].getBytes(StandardCharsets.UTF_8);
        WebServer server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .featuresDiscoverServices(false)
                        .routing(
                                HttpRouting.builder()
                                        .get(
                                                "/hello",
                                                (request, response) -> {
                                                    response.header(
                                                            HeaderNames.CONTENT_TYPE,
                                                            "application/json");
                                                    response.send(body);
                                                }))
                        .build()
                        .start();
        System.out.println("port " + server.port());
        System.out.flush();
        while (System.in.read() >= 0) {
            // Until the parent goes, however it goes.
        }
        server.stop();
    }
}
