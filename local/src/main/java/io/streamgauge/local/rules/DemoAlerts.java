package io.streamgauge.local.rules;

import static java.util.Objects.requireNonNull;

import io.streamgauge.local.api.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alerts that an installation begins with. They are made once: whoever deletes or changes them
 * is not overruled by the next start.
 */
public final class DemoAlerts {

    private static final Logger LOG = LoggerFactory.getLogger(DemoAlerts.class);

    private static final String FILE = "demo.yaml";

    private DemoAlerts() {}

    /** The alerts, as the file that comes with the program has them. */
    public static List<RuleDocument> documents() {
        try (InputStream file = requireNonNull(DemoAlerts.class.getResourceAsStream(FILE))) {
            return RuleFiles.read(FILE, file);
        } catch (IOException e) {
            throw new IllegalStateException("a file of the program cannot be read", e);
        }
    }

    /**
     * Makes them, where that was not done before. What fails is in the log, and done at the next
     * start: nothing else depends on it.
     *
     * @param marker a file that tells that it was done
     */
    public static void install(AlertClient client, Path marker) {
        if (Files.exists(marker)) {
            return;
        }
        try {
            for (RuleDocument document : documents()) {
                create(client, document);
            }
            Files.createFile(marker);
        } catch (IOException e) {
            LOG.warn("the demo's alerts were not made: {}", e.getMessage(), e);
        }
    }

    private static void create(AlertClient client, RuleDocument document) throws IOException {
        try {
            client.create(document.spec(), false);
        } catch (ApiException e) {
            if (e.status() != 409) { // there already, from a start that was cut short
                throw e;
            }
        }
    }
}
