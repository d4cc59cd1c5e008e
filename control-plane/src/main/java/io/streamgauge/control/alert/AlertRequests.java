package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.VersionTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads what requests about alerts have in common. */
final class AlertRequests {

    /** Longest specification; the largest that the rules allow is far below. */
    static final int MAX_BODY_BYTES = 256 * 1024;

    static final String DRY_RUN = "dryRun";
    static final String NOTE = "note";
    static final String ON_CHANGE = "onChange";

    private static final int MAX_NOTE_CHARACTERS = 200;

    /** What a client may send back as it got it, and no specification has. */
    private static final List<String> SET_BY_SERVER =
            List.of(
                    "id",
                    "tenant",
                    "streamId",
                    "version",
                    "revision",
                    "paused",
                    "shadow",
                    "draining",
                    "createdAt",
                    "updatedAt",
                    "preview",
                    "dryRun");

    /** What PostgreSQL takes as no text, also within JSON: NUL and lone surrogates. */
    private static final Pattern UNSTORABLE = Pattern.compile("[\\x00\\p{Cs}]");

    private AlertRequests() {}

    /** The tenant of a caller who may see alerts. */
    static TenantId reader(ServerRequest request) {
        return Caller.of(request).require(Scope.ALERTS_READ).tenant();
    }

    /** The tenant of a caller who may change alerts. */
    static TenantId writer(ServerRequest request) {
        return Caller.of(request).require(Scope.ALERTS_WRITE).tenant();
    }

    static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }

    /**
     * The specification in the body.
     *
     * @throws InvalidRequest with all that is wrong with it
     */
    static AlertSpec spec(ServerRequest request) {
        JsonNode json = JsonBody.read(request, MAX_BODY_BYTES);
        List<Violation> unstorable = new ArrayList<>();
        checkTexts("#", json, unstorable);
        if (!unstorable.isEmpty()) {
            throw new InvalidRequest(unstorable);
        }
        if (json instanceof ObjectNode object) {
            object.remove(SET_BY_SERVER);
        }
        try {
            return AlertSpecReader.read(json);
        } catch (InvalidInputException e) {
            throw new InvalidRequest(e);
        }
    }

    /**
     * How a change with a specification is to be made.
     *
     * @param needsIfMatch whether it has to say which revision it was made for
     */
    static ChangeRequest change(ServerRequest request, boolean needsIfMatch) {
        QueryParameters query = new QueryParameters(request.query(), DRY_RUN, NOTE, ON_CHANGE);
        boolean dryRun = dryRun(query);
        String note = note(query);
        OnChange onChange =
                query.parsed(ON_CHANGE, "reset or drain", OnChange::ofWireName)
                        .orElse(OnChange.RESET);
        query.check();
        return new ChangeRequest(
                expected(request, needsIfMatch), onChange, note, dryRun, Origin.of(request));
    }

    /** As {@link #change}, where there is nothing to say of how. */
    static ChangeRequest plain(ServerRequest request, boolean needsIfMatch) {
        new QueryParameters(request.query()).check();
        return new ChangeRequest(
                expected(request, needsIfMatch), OnChange.RESET, "", false, Origin.of(request));
    }

    static boolean dryRun(QueryParameters query) {
        return flag(query, DRY_RUN).orElse(false);
    }

    static String note(QueryParameters query) {
        return query.parsed(
                        NOTE,
                        "at most %d printable characters".formatted(MAX_NOTE_CHARACTERS),
                        text ->
                                Optional.of(text)
                                        .filter(it -> it.length() <= MAX_NOTE_CHARACTERS)
                                        .filter(it -> it.chars().noneMatch(Character::isISOControl))
                                        .filter(it -> !UNSTORABLE.matcher(it).find()))
                .orElse("");
    }

    static Optional<Boolean> flag(QueryParameters query, String name) {
        return query.parsed(
                name,
                "true or false",
                text ->
                        switch (text) {
                            case "true" -> Optional.of(true);
                            case "false" -> Optional.of(false);
                            default -> Optional.empty();
                        });
    }

    private static Predicate<Alert> expected(ServerRequest request, boolean needed) {
        if (!needed && !request.headers().contains(HeaderNames.IF_MATCH)) {
            return alert -> true;
        }
        Predicate<VersionTag> tags = VersionTag.ifMatch(request);
        return alert -> tags.test(alert.tag());
    }

    private static void checkTexts(String pointer, JsonNode json, List<Violation> violations) {
        if (json.isTextual() && UNSTORABLE.matcher(json.textValue()).find()) {
            violations.add(
                    new Violation(
                            pointer,
                            "format",
                            "has NUL or half a character (expected: a text without)"));
        }
        for (int i = 0; i < json.size() && json.isArray(); i++) {
            checkTexts(pointer + "/" + i, json.path(i), violations);
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String name = member.getKey();
            String place = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            if (UNSTORABLE.matcher(name).find()) {
                violations.add(
                        new Violation(
                                pointer,
                                "format",
                                "has a name with NUL or half a character (expected: names"
                                        + " without)"));
            }
            checkTexts(place, member.getValue(), violations);
        }
    }
}
