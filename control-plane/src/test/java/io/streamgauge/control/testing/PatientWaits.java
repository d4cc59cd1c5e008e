package io.streamgauge.control.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets every {@code await()} that names no bound wait for half a minute: what merely has to happen
 * may take long on a busy machine, and a wait that ends well is no longer for it. Loaded for all
 * tests of this module, by the service file.
 */
public final class PatientWaits implements BeforeAllCallback {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(LIMIT);
    }
}
