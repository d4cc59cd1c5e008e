package io.streamgauge.control;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The descriptions of the REST API (OpenAPI) and of the live connection (AsyncAPI), as files. */
final class ApiDescription implements HttpService {

    private static final String MEDIA_TYPE = "application/yaml";

    private final Map<String, byte[]> files;

    /**
     * @param names of resources beside this class's root; each is served under its own name
     */
    ApiDescription(String... names) {
        Map<String, byte[]> read = new LinkedHashMap<>();
        for (String name : names) {
            read.put("/" + name, resource("/" + name));
        }
        files = read;
    }

    @Override
    public void routing(HttpRules rules) {
        files.forEach(
                (path, file) ->
                        rules.get(
                                path,
                                (request, response) -> {
                                    response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
                                    response.send(file);
                                }));
    }

    private static byte[] resource(String name) {
        try (InputStream in = ApiDescription.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": missing on the classpath");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": unreadable on the classpath", e);
        }
    }
}
