package io.streamgauge.control.proxy;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.config.UpstreamConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies status and headers of a service's response to that of the client. What filters of the
 * gateway have set before stays as they have set it, except for lists, which both add to.
 */
final class ResponseHeaders {

    private static final Set<String> LISTS = Set.of("link", "set-cookie", "vary", "via");
    private static final Set<String> PLACES = Set.of("location", "content-location");

    private final HeaderRules rules;
    private final String prefix;
    private final String origin;
    private final String base;
    private final boolean strip;

    ResponseHeaders(UpstreamConfig config, HeaderRules rules) {
        this.rules = rules;
        prefix = config.pathPrefix();
        origin = config.target().getScheme() + "://" + config.target().getRawAuthority();
        base = config.target().getRawPath();
        strip = config.stripPrefix();
    }

    void copy(ResponseHead head, ServerResponse response) {
        response.status(Status.create(head.status()));
        Set<String> options = head.connectionOptions();
        Map<String, List<ResponseHead.Field>> byName = new LinkedHashMap<>();
        for (ResponseHead.Field field : head.fields()) {
            if (rules.passesToClient(field.name(), options)) {
                byName.computeIfAbsent(
                                HeaderRules.lowerCase(field.name()), name -> new ArrayList<>())
                        .add(field);
            }
        }
        byName.forEach((name, fields) -> add(name, fields, response.headers()));
        response.headers().add(HeaderValues.create(HeaderNames.VIA, RequestHeads.PSEUDONYM));
    }

    private void add(
            String lowerName, List<ResponseHead.Field> fields, ServerResponseHeaders headers) {
        HeaderName name = HeaderNames.create(fields.getFirst().name());
        List<String> values =
                fields.stream()
                        .map(ResponseHead.Field::value)
                        .map(it -> PLACES.contains(lowerName) ? asSeenByClients(it) : it)
                        .toList();
        Header header = HeaderValues.create(name, values);
        if (LISTS.contains(lowerName)) {
            headers.add(header);
        } else {
            headers.setIfAbsent(header);
        }
    }

    /**
     * A place of the service as a place of the gateway. What is elsewhere, or outside of what the
     * gateway shows of the service, stays as it is.
     */
    private String asSeenByClients(String place) {
        boolean absolute =
                place.startsWith(origin)
                        && (place.length() == origin.length()
                                || place.charAt(origin.length()) == '/');
        String path = absolute ? place.substring(origin.length()) : place;
        if (!path.startsWith("/") || path.startsWith("//")) {
            return absolute && path.isEmpty() && base.isEmpty() && strip ? prefix + "/" : place;
        }
        if (!path.equals(base) && !path.startsWith(base + "/")) {
            return place;
        }
        String below = path.substring(base.length());
        return strip ? prefix + below : below;
    }
}
