package io.streamgauge.control;

import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The features' counters as metrics. The features count without knowing of metrics; here the counts
 * get their names. Takes back what it registered when closed, as the registry is the JVM's.
 */
final class Metrics implements AutoCloseable {

    private static final String SCOPE = "application";

    private final MeterRegistry registry;
    private final List<Meter> registered = new ArrayList<>();

    Metrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** What only grows; its name ends with {@code _total} where it is read. */
    Metrics counter(String name, String description, LongSupplier count) {
        registered.add(
                registry.getOrCreate(
                        FunctionalCounter.builder(name, count, LongSupplier::getAsLong)
                                .description(description)
                                .scope(SCOPE)));
        return this;
    }

    /** What goes up and down. */
    Metrics gauge(String name, String description, String unit, DoubleSupplier value) {
        registered.add(
                registry.getOrCreate(
                        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                                .description(description)
                                .baseUnit(unit)
                                .scope(SCOPE)));
        return this;
    }

    @Override
    public void close() {
        registered.forEach(registry::remove);
    }
}
