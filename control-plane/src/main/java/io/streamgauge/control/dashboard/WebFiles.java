package io.streamgauge.control.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dashboard's files, all in memory: they are few and small. The build lists them in {@code
 * files.txt}, since folders of a jar cannot be listed. A build without the dashboard has no such
 * list, and one page that says so.
 */
final class WebFiles {

    private static final Logger LOG = LoggerFactory.getLogger(WebFiles.class);

    static final String INDEX = "/index.html";

    private static final String LIST = "/files.txt";

    private static final String MISSING =
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Streamgauge</title></head>
            <body><h1>Streamgauge runs, without its dashboard</h1>
            <p>It was built without Node.js, or with -Ddashboard.skip. Install Node.js 20.19 or newer and
            build it again. The API is described in <a href="/openapi.yaml">/openapi.yaml</a>.</p>
            </body></html>
            """;

    private final Map<String, WebFile> files;

    private WebFiles(Map<String, WebFile> files) {
        this.files = files;
    }

    /**
     * Reads the files.
     *
     * @param root folder on the classpath, as {@code /dashboard}
     * @throws IllegalStateException where the list names a file that is not there
     */
    static WebFiles read(String root) {
        Map<String, WebFile> files = new LinkedHashMap<>();
        Optional<byte[]> list = resource(root + LIST);
        if (list.isEmpty()) {
            LOG.info("the dashboard is not part of this build");
            files.put(INDEX, WebFile.page(INDEX, MISSING));
            return new WebFiles(files);
        }
        new String(list.get(), StandardCharsets.UTF_8)
                .lines()
                .forEach(
                        line -> {
                            String path = "/" + line;
                            byte[] content =
                                    resource(root + path)
                                            .orElseThrow(
                                                    () ->
                                                            new IllegalStateException(
                                                                    root
                                                                            + path
                                                                            + ": missing on the"
                                                                            + " classpath"));
                            files.put(path, new WebFile(path, content));
                        });
        return new WebFiles(files);
    }

    Optional<WebFile> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /** The page of every place in the dashboard. */
    WebFile index() {
        WebFile index = files.get(INDEX);
        if (index == null) {
            throw new IllegalStateException(INDEX + ": missing in the list");
        }
        return index;
    }

    private static Optional<byte[]> resource(String name) {
        try (InputStream in = WebFiles.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": unreadable on the classpath", e);
        }
    }
}
