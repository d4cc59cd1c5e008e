package io.streamgauge.control.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.Problem;
import io.streamgauge.control.problem.ProblemWriter;
import io.streamgauge.control.problem.RateLimited;
import io.streamgauge.control.quota.SeriesGate;
import io.streamgauge.control.ratelimit.EventBudget;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.stream.StreamCatalog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /api/v1/streams/{id}/events}: takes a batch of events, as a JSON array, one object,
 * or one object a line. Success means that Kafka has acknowledged what is counted as accepted.
 *
 * <p>Batches keep their good part: 200 where any event was accepted or there was none, 422 where
 * all were rejected, with the same report. Where the tenant's events a second are used up within a
 * batch, 429 says how far it got.
 */
public final class IngestService implements HttpService {

    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);

    private final StreamCatalog streams;
    private final EventLog log;
    private final IngestConfig config;
    private final SeriesGate series;
    private final ToLongFunction<TenantId> seriesPerStream;
    private final EventBudget budget;

    /**
     * @param seriesPerStream how many series each stream of a tenant may have; asked once for each
     *     batch
     */
    public IngestService(
            StreamCatalog streams,
            EventLog log,
            IngestConfig config,
            SeriesGate series,
            ToLongFunction<TenantId> seriesPerStream,
            EventBudget budget) {
        this.streams = streams;
        this.log = log;
        this.config = config;
        this.series = series;
        this.seriesPerStream = seriesPerStream;
        this.budget = budget;
    }

    /** Paths are below that of the streams. */
    @Override
    public void routing(HttpRules rules) {
        rules.post("/{id}/events", this::ingest);
    }

    private void ingest(ServerRequest request, ServerResponse response) {
        Caller caller = Caller.of(request).require(Scope.EVENTS_WRITE);
        StreamDefinition definition =
                streams.get(caller.tenant(), request.path().pathParameters().get("id"));
        EventReader reader = RequestBody.open(request, config.maxBodyBytes());
        EventBudget.Allowance allowance = budget.open(caller.tenant());
        EventBatch batch =
                new EventBatch(
                        definition,
                        log,
                        series,
                        seriesPerStream.applyAsLong(definition.tenant()),
                        allowance);
        IngestReport report;
        try (allowance) {
            report = batch.take(reader);
        } catch (CloseConnectionException e) {
            LOG.debug(
                    "a client of tenant {} went away while it sent events to stream {}: {}"
                            + " acknowledged so far stay",
                    caller.tenant(),
                    definition.id(),
                    batch.acknowledged());
            throw e;
        }
        if (report.processed().isPresent()) {
            EventBudget.fields(allowance.limitPerSecond()).keepFor(request, response);
            ProblemWriter.send(
                    request,
                    response,
                    exhausted(report, allowance.limitPerSecond()),
                    members(report));
        } else if (report.allRejected()) {
            ProblemWriter.send(request, response, problem(report));
        } else {
            JsonResponse.send(response, report.toJson());
        }
    }

    private static RateLimited exhausted(IngestReport report, long limitPerSecond) {
        return new RateLimited(
                "%s: exhausted after %d of the batch (expected: at most %d in a second)"
                        .formatted(
                                EventBudget.POLICY, report.processed().orElse(0), limitPerSecond),
                List.of(EventBudget.POLICY),
                EventBudget.RETRY_AFTER,
                Map.of());
    }

    private static Problem problem(IngestReport report) {
        return new Problem(
                ErrorCode.ALL_EVENTS_REJECTED,
                422,
                "events: %d rejected, none accepted".formatted(report.rejected()),
                List.of(),
                members(report));
    }

    private static Map<String, JsonNode> members(IngestReport report) {
        Map<String, JsonNode> members = new HashMap<>();
        report.toJson().properties().forEach(it -> members.put(it.getKey(), it.getValue()));
        return members;
    }
}
