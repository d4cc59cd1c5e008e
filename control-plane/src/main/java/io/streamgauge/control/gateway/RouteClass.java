package io.streamgauge.control.gateway;

import io.streamgauge.control.auth.AuthMethod;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.config.InvalidConfigException;
import io.streamgauge.control.config.RouteConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A class of routes as the filters use it.
 *
 * @param config as it was configured
 * @param methods kinds of credentials that are taken
 * @param scopes that the caller needs
 */
public record RouteClass(RouteConfig config, Set<AuthMethod> methods, Set<Scope> scopes) {

    /**
     * @throws InvalidConfigException where it names a scope that there is not
     */
    static RouteClass of(RouteConfig config) {
        return new RouteClass(
                config,
                all(config, "auth", config.auth(), AuthMethod::ofWireName, AuthMethod.class),
                all(config, "scopes", config.scopes(), Scope::ofWireName, Scope.class));
    }

    private static <E extends Enum<E>> Set<E> all(
            RouteConfig config,
            String key,
            Set<String> names,
            Function<String, Optional<E>> reader,
            Class<E> type) {
        Set<E> values = EnumSet.noneOf(type);
        for (String name : names) {
            values.add(
                    reader.apply(name)
                            .orElseThrow(
                                    () ->
                                            new InvalidConfigException(
                                                    List.of(
                                                            "gateway.routes.%s.%s: %s (expected: names that there are)"
                                                                    .formatted(
                                                                            config.name(),
                                                                            key,
                                                                            name)))));
        }
        return values;
    }

    /** By name, which no two classes of one configuration share: asked for at each request. */
    @Override
    public int hashCode() {
        return config.name().hashCode();
    }
}
