package io.streamgauge.control.audit;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditQuery.Column;
import io.streamgauge.control.audit.AuditQuery.Position;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The audit log by REST, newest first. Administrators of a tenant read what was done there. An
 * operator who names no tenant in the request's header reads what was done to the platform, or with
 * the parameter {@code tenant} what was done in one, also where it is not active any more.
 */
public final class AuditResource implements HttpService {

    /** Where the audit log is. */
    public static final String PATH = "/api/v1/audit";

    private static final HeaderName TENANT_HEADER = HeaderNames.create(TenantAccess.TENANT_HEADER);

    private static final String TENANT = "tenant";
    private static final String LIMIT = "limit";
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    /** What a filter can be; no entry has anything else. */
    private static final Pattern PRINTABLE = Pattern.compile("[^\\p{Cc}\\p{Cs}]{1,255}");

    private final AuditRepository entries;

    public AuditResource(Database database) {
        this.entries = new AuditRepository(database);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Caller caller = Caller.of(request);
        boolean platform =
                caller.principal().operator() && !request.headers().contains(TENANT_HEADER);
        if (platform) {
            QueryParameters parameters = parameters(request, TENANT);
            Optional<TenantId> tenant =
                    parameters.parsed(TENANT, "a tenant's id", AuditResource::tenantId);
            send(request, response, parameters, tenant, entries::findInPlatform);
        } else {
            TenantId tenant = caller.require(Scope.TENANT_ADMIN).tenant();
            send(
                    request,
                    response,
                    parameters(request),
                    Optional.of(tenant),
                    query -> entries.findInTenant(tenant, query));
        }
    }

    private static void send(
            ServerRequest request,
            ServerResponse response,
            QueryParameters parameters,
            Optional<TenantId> tenant,
            Function<AuditQuery, List<RecordedEntry>> source) {
        Optional<Instant> from = parameters.instant(TimeRange.FROM);
        Optional<Instant> to = parameters.instant(TimeRange.TO);
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            parameters.violation(
                    TimeRange.FROM,
                    "range",
                    "%s (expected: before to, %s)".formatted(from.get(), to.get()));
        }
        Map<Column, String> equal = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            parameters
                    .parsed(
                            column.parameter(),
                            "1 to 255 printable characters",
                            AuditResource::text)
                    .ifPresent(value -> equal.put(column, value));
        }
        int limit = parameters.integer(LIMIT, DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = parameters.one(Page.CURSOR);
        parameters.check();

        List<String> binding = binding(tenant, parameters);
        Optional<Position> after = cursor.map(text -> position(Cursor.decode(text, binding, 2)));
        AuditQuery query = new AuditQuery(tenant, from, to, equal, after, limit + 1);
        Page.of(source.apply(query), limit, last -> Cursor.encode(binding, position(last)))
                .send(request, response, RecordedEntry::writeTo);
    }

    private static QueryParameters parameters(ServerRequest request, String... further) {
        List<String> known = new ArrayList<>(List.of(further));
        known.add(TimeRange.FROM);
        known.add(TimeRange.TO);
        for (Column column : Column.values()) {
            known.add(column.parameter());
        }
        known.add(LIMIT);
        known.add(Page.CURSOR);
        return new QueryParameters(request.query(), known.toArray(String[]::new));
    }

    private static List<String> binding(Optional<TenantId> tenant, QueryParameters parameters) {
        List<String> binding = new ArrayList<>();
        binding.add(tenant.map(TenantId::value).orElse(""));
        binding.add("audit");
        binding.add(TimeRange.FROM);
        binding.addAll(parameters.all(TimeRange.FROM));
        binding.add(TimeRange.TO);
        binding.addAll(parameters.all(TimeRange.TO));
        for (Column column : Column.values()) {
            binding.add(column.parameter());
            binding.addAll(parameters.all(column.parameter()));
        }
        return binding;
    }

    private static List<String> position(RecordedEntry last) {
        Position position = last.position();
        return List.of(position.at().toString(), Long.toString(position.number()));
    }

    private static Position position(List<String> parts) {
        try {
            return new Position(
                    TimeRange.instantOfCursor(parts.get(0)), Long.parseLong(parts.get(1)));
        } catch (NumberFormatException notOurs) {
            throw Cursor.invalid();
        }
    }

    private static Optional<TenantId> tenantId(String text) {
        return TenantId.isValid(text) ? Optional.of(new TenantId(text)) : Optional.empty();
    }

    private static Optional<String> text(String value) {
        return PRINTABLE.matcher(value).matches() ? Optional.of(value) : Optional.empty();
    }
}
