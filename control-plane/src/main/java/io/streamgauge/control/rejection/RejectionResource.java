package io.streamgauge.control.rejection;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.rejection.RejectionRepository.Position;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.stream.StreamCatalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rejected events by REST, newest first. */
public final class RejectionResource implements HttpService {

    /** Where a stream's rejected events are. */
    public static final String PATH = "/api/v1/streams/{id}/rejected-events";

    private static final Duration DEFAULT_RANGE = Duration.ofHours(24);
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final RejectionRepository rejections;
    private final StreamCatalog catalog;
    private final Clock clock;

    public RejectionResource(Database database, StreamCatalog catalog, Clock clock) {
        this.rejections = new RejectionRepository(database);
        this.catalog = catalog;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        StreamDefinition stream = catalog.get(tenant, request.path().pathParameters().get("id"));
        QueryParameters parameters =
                new QueryParameters(
                        request.query(),
                        TimeRange.FROM,
                        TimeRange.TO,
                        "reason",
                        "limit",
                        Page.CURSOR);
        TimeRange asked = TimeRange.of(parameters, clock.instant(), DEFAULT_RANGE);
        Optional<RejectionReason> reason =
                parameters.parsed("reason", "one of " + reasons(), RejectionResource::reason);
        int limit = parameters.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = parameters.one(Page.CURSOR);
        parameters.check();

        List<String> binding = binding(stream, parameters);
        Optional<List<String>> parts = cursor.map(text -> Cursor.decode(text, binding, 5));
        TimeRange range = parts.map(it -> TimeRange.ofCursor(it.get(0), it.get(1))).orElse(asked);
        Page<RejectedEvent> page =
                Page.of(
                        rejections.find(
                                tenant,
                                stream.id(),
                                range,
                                reason,
                                parts.map(RejectionResource::position),
                                limit + 1),
                        limit,
                        last -> Cursor.encode(binding, position(range, last)));
        Optional<Map<String, Long>> counts =
                parts.isPresent()
                        ? Optional.empty()
                        : Optional.of(rejections.counts(tenant, stream.id(), range));
        page.send(
                request,
                response,
                (rejected, json) ->
                        json.writeRawValue(
                                new String(
                                        RejectedEventCodec.toBytes(rejected),
                                        StandardCharsets.UTF_8)),
                (it, json) -> writeCounts(counts, json));
    }

    /** On the first page only: the others would say the same again, at the same cost. */
    private static void writeCounts(Optional<Map<String, Long>> counts, JsonGenerator json)
            throws IOException {
        if (counts.isPresent()) {
            json.writeObjectFieldStart("counts");
            for (Map.Entry<String, Long> count : counts.get().entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
        }
    }

    private static Optional<RejectionReason> reason(String name) {
        return Arrays.stream(RejectionReason.values())
                .filter(reason -> reason.wireName().equals(name))
                .findFirst();
    }

    private static String reasons() {
        return Arrays.stream(RejectionReason.values())
                .map(RejectionReason::wireName)
                .collect(joining(", "));
    }

    private static List<String> position(TimeRange range, RejectedEvent last) {
        List<String> position = new ArrayList<>(range.toCursor());
        position.add(last.arrivedAt().toString());
        position.add(Integer.toString(last.partition()));
        position.add(Long.toString(last.offset()));
        return position;
    }

    private static Position position(List<String> parts) {
        try {
            return new Position(
                    TimeRange.instantOfCursor(parts.get(2)),
                    Integer.parseInt(parts.get(3)),
                    Long.parseLong(parts.get(4)));
        } catch (NumberFormatException notOurs) {
            throw Cursor.invalid();
        }
    }

    private static List<String> binding(StreamDefinition stream, QueryParameters parameters) {
        List<String> binding = new ArrayList<>();
        binding.add(stream.tenant().value());
        binding.add("rejected-events");
        binding.add(stream.id().toString());
        for (String name : List.of(TimeRange.FROM, TimeRange.TO, "reason")) {
            binding.add(name);
            binding.addAll(parameters.all(name));
        }
        return binding;
    }
}
