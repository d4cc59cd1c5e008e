package io.streamgauge.embedded;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs Kafka's faults and passes the first fatal one on, instead of halting the JVM. */
final class FaultReporter implements FaultHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FaultReporter.class);

    private final String component;
    private final boolean fatal;
    private final Runnable action;
    private final CompletableFuture<Throwable> failure;

    FaultReporter(
            String component,
            boolean fatal,
            Runnable action,
            CompletableFuture<Throwable> failure) {
        this.component = component;
        this.fatal = fatal;
        this.action = action;
        this.failure = failure;
    }

    @Override
    public RuntimeException handleFault(String message, @Nullable Throwable cause) {
        LOG.error("Kafka's {}: {}", component, message, cause);
        action.run(); // updates Kafka's own metrics
        RuntimeException fault =
                new IllegalStateException("Kafka's " + component + ": " + message, cause);
        if (fatal) {
            failure.complete(fault);
        }
        return fault;
    }
}
