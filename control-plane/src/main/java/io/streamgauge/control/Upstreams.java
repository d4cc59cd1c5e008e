package io.streamgauge.control;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.streamgauge.control.config.RouteConfig;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.config.UpstreamHeaders;
import io.streamgauge.control.config.UpstreamTarget;
import io.streamgauge.control.config.UpstreamTimeouts;
import io.streamgauge.control.gateway.ForwardedCallers;
import io.streamgauge.control.proxy.UpgradeGuard;
import io.streamgauge.control.proxy.UpstreamProxy;
import io.streamgauge.control.proxy.UpstreamUpgrader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services behind the gateway, as the classes of routes name them. */
final class Upstreams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Upstreams.class);

    private final List<UpstreamConfig> configs;
    private final List<UpstreamProxy> proxies = new ArrayList<>();
    private final List<UpstreamUpgrader> upgraders = new ArrayList<>();

    private Upstreams(List<UpstreamConfig> configs) {
        this.configs = configs;
    }

    /** Those of the classes that have a target. */
    static Upstreams of(List<RouteConfig> routes) {
        List<UpstreamConfig> configs = new ArrayList<>();
        for (RouteConfig route : routes) {
            route.target()
                    .ifPresent(
                            target ->
                                    route.paths()
                                            .forEach(path -> configs.add(config(path, target))));
        }
        return new Upstreams(configs);
    }

    /** Registers them with the server. */
    void applyTo(HttpRules routing) {
        for (UpstreamConfig config : configs) {
            UpstreamProxy proxy = new UpstreamProxy(config, ForwardedCallers::of);
            proxies.add(proxy);
            proxy.routing(routing);
        }
    }

    /** What relays upgrades to WebSocket, before the server's own upgrader. */
    UnaryOperator<Http1Upgrader> relay(UpgradeGuard guard) {
        return next -> {
            if (configs.stream().noneMatch(UpstreamConfig::webSocket)) {
                return next;
            }
            UpstreamUpgrader upgrader = new UpstreamUpgrader(configs, guard, next);
            upgraders.add(upgrader);
            return upgrader;
        };
    }

    @Override
    public void close() {
        upgraders.forEach(UpstreamUpgrader::close);
        for (UpstreamProxy proxy : proxies) {
            try {
                proxy.close();
            } catch (RuntimeException e) {
                LOG.warn("a proxy did not close as it should", e);
            }
        }
    }

    private static UpstreamConfig config(String path, UpstreamTarget target) {
        return new UpstreamConfig(
                path,
                target.uri(),
                target.stripPrefix(),
                target.webSocket(),
                UpstreamConfig.DEFAULT_MAX_BODY_BYTES,
                UpstreamConfig.DEFAULT_MAX_CONNECTIONS,
                UpstreamTimeouts.DEFAULT,
                UpstreamHeaders.DEFAULT);
    }
}
