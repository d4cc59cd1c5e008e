package io.streamgauge.control.event;

import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.control.problem.PayloadTooLarge;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.quota.SeriesGate;
import io.streamgauge.control.ratelimit.EventBudget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * The work on one batch: reads events, checks each, sends the good ones as it goes, and in the end
 * waits until Kafka has them all. What was sent stays sent, however the rest goes.
 */
final class EventBatch {

    /** The producer answers within its own bounds; a little longer means that it is broken. */
    private static final Duration ACKNOWLEDGED_WITHIN = EventLog.DELIVERY_TIMEOUT.plusSeconds(5);

    private final StreamDefinition definition;
    private final EventLog log;
    private final SeriesGate series;
    private final long seriesLimit;

    /** The same for all events: there may be many. */
    private final List<Violation> beyondSeriesLimit;

    private final EventDecoder decoder;
    private final EventAddress address;
    private final EventBudget.Allowance allowance;
    private final IngestReport report = new IngestReport();
    private final Acknowledgements acknowledgements = new Acknowledgements();

    /**
     * @param seriesLimit how many series the stream may have open
     * @param allowance of the tenant; the caller closes it
     */
    EventBatch(
            StreamDefinition definition,
            EventLog log,
            SeriesGate series,
            long seriesLimit,
            EventBudget.Allowance allowance) {
        this.definition = definition;
        this.log = log;
        this.series = series;
        this.seriesLimit = seriesLimit;
        beyondSeriesLimit =
                List.of(
                        new Violation(
                                "#",
                                "series-limit",
                                "quota "
                                        + TenantPolicy.SERIES_PER_STREAM
                                        + ": one series more than the stream may have (expected:"
                                        + " at most "
                                        + seriesLimit
                                        + " within two hours)"));
        this.allowance = allowance;
        decoder = new EventDecoder(definition.spec());
        address = new EventAddress(definition);
    }

    /**
     * Takes all events of a body, or as many as the tenant's budget allows for. An event that is
     * not good costs as much as one that is.
     *
     * @return what became of them; those counted as accepted are safe
     * @throws PayloadTooLarge where the body is longer than is taken
     * @throws Unavailable where Kafka does not acknowledge every event that should be accepted
     */
    IngestReport take(EventReader reader) {
        Optional<BodySource.TooLongException> tooLong = Optional.empty();
        try {
            while (acknowledgements.failure().isEmpty() && reader.next()) {
                if (!allowance.takeOne()) {
                    report.exhausted(reader.place());
                    break;
                }
                takeOne(reader);
            }
        } catch (MalformedBodyException e) {
            rejectRest(e.place(), "syntax", e.getMessage());
        } catch (BodySource.TooLongException e) {
            tooLong = Optional.of(e);
        } catch (IOException e) {
            // The network fails with other exceptions, so this is the decompression.
            rejectRest(reader.place(), "encoding", "not gzip after this event: " + e.getMessage());
        }
        awaitAcknowledgements();
        if (tooLong.isPresent()) {
            throw new PayloadTooLarge(
                    "body: %s; %d events of what was read are accepted"
                            .formatted(tooLong.get().getMessage(), report.accepted()),
                    report.numbers());
        }
        return report;
    }

    /** How many events Kafka has acknowledged so far. */
    int acknowledged() {
        return acknowledgements.acknowledged();
    }

    private void takeOne(EventReader reader) throws MalformedBodyException {
        if (reader.length() > EventDecoder.MAX_EVENT_BYTES) {
            report.reject(
                    reader.place(),
                    List.of(
                            new Violation(
                                    "#",
                                    "range",
                                    "%d bytes (expected: at most %d)"
                                            .formatted(
                                                    reader.length(),
                                                    EventDecoder.MAX_EVENT_BYTES))));
            return;
        }
        byte[] json = reader.event();
        Event event;
        try {
            event = decoder.decode(json);
        } catch (InvalidInputException e) {
            if (!reader.survivesSyntaxErrors() && isSyntaxError(e)) {
                throw reader.malformed("not JSON");
            }
            report.reject(reader.place(), e.violations());
            return;
        }
        if (!series.admit(definition.id(), event.dimensions(), seriesLimit)) {
            report.reject(reader.place(), beyondSeriesLimit);
            return;
        }
        String key =
                new SeriesKey(definition.tenant(), definition.id(), event.dimensions()).toString();
        log.append(address, key, json, acknowledgements.expect(reader.place()));
    }

    private void rejectRest(EventPlace place, String code, String message) {
        report.reject(
                place,
                List.of(new Violation("#", code, message + "; the rest of the body is not read")));
    }

    private void awaitAcknowledgements() {
        Optional<Exception> failure;
        try {
            failure =
                    acknowledgements.await(ACKNOWLEDGED_WITHIN)
                            ? acknowledgements.failure()
                            : Optional.of(new TimeoutException("no answer from the producer"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = Optional.of(e);
        }
        report.accepted(acknowledgements.acknowledged());
        for (Acknowledgements.Oversized event : acknowledgements.oversized()) {
            report.reject(
                    event.place(),
                    List.of(new Violation("#", "range", "too large for Kafka: " + event.reason())));
        }
        if (failure.isPresent()) {
            throw new Unavailable(
                    "events: not all were acknowledged by Kafka within %s; %d are accepted, not"
                                    .formatted(
                                            Durations.format(EventLog.DELIVERY_TIMEOUT),
                                            report.accepted())
                            + " always the first ones (expected: the batch once more, where"
                            + " counting some twice does no harm)",
                    EventLog.RETRY_AFTER,
                    report.numbers(),
                    failure.get());
        }
    }

    private static boolean isSyntaxError(InvalidInputException e) {
        return e.violations().stream().anyMatch(violation -> violation.code().equals("syntax"));
    }
}
