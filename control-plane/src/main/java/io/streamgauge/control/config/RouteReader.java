package io.streamgauge.control.config;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads one class of routes. Their names are the operator's to choose, so that, unlike all other
 * keys, these are known by their form.
 */
final class RouteReader {

    private static final Pattern KEY =
            Pattern.compile(
                    "gateway\\.routes\\.[^.]+\\.(?:(?:paths|auth|scopes)(?:\\.\\d+)?|limit|window|tier-limit|cacheable|tenant-required|target|strip-prefix|web-socket)");

    private static final String NONE = "none";
    private static final Optional<Long> NO_LIMIT = Optional.empty();

    private final ControlPlaneConfigReader reader;
    private final String name;

    RouteReader(ControlPlaneConfigReader reader, String name) {
        this.reader = reader;
        this.name = name;
    }

    /** Whether a key is one of a class of routes. */
    static boolean isKey(String key) {
        return KEY.matcher(key).matches();
    }

    /**
     * @throws InvalidConfigException with what is wrong besides malformed values, which the reader
     *     notes
     */
    RouteConfig route() {
        return new RouteConfig(
                name,
                reader.texts(key("paths")),
                Set.copyOf(reader.texts(key("auth"))),
                Set.copyOf(reader.texts(key("scopes"))),
                reader.value(key("limit"), "a whole number, or none", RouteReader::limit, NO_LIMIT),
                reader.text(key("window")).isEmpty()
                        ? Duration.ofHours(1)
                        : reader.duration(key("window"), Duration.ofHours(1)),
                flag("tier-limit", true),
                flag("cacheable", false),
                flag("tenant-required", true),
                Optional.of(reader.text(key("target")))
                        .filter(it -> !it.isBlank())
                        .map(
                                it ->
                                        reader.value(
                                                key("target"),
                                                "an http: or https: URL",
                                                RouteConfig::uri,
                                                RouteConfig.uri("http://localhost")))
                        .map(
                                uri ->
                                        new UpstreamTarget(
                                                uri,
                                                flag("strip-prefix", false),
                                                flag("web-socket", false))));
    }

    private static Optional<Long> limit(String text) {
        return text.isEmpty() || text.equals(NONE) ? NO_LIMIT : Optional.of(Long.valueOf(text));
    }

    private boolean flag(String property, boolean fallback) {
        return reader.value(
                key(property),
                "true or false",
                text ->
                        switch (text) {
                            case "" -> fallback;
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException(text);
                        },
                fallback);
    }

    private String key(String property) {
        return "gateway.routes." + name + "." + property;
    }
}
