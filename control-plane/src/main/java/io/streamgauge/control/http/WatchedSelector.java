package io.streamgauge.control.http;

import io.helidon.common.HelidonServiceLoader;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ProtocolConfigs;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.Http1ConnectionSelectorConfig;
import io.helidon.webserver.http1.spi.Http1UpgradeProvider;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ProtocolConfig;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The server's HTTP/1.1, with every connection watched and every upgrade counted. */
final class WatchedSelector implements ServerConnectionSelector {

    private static final String WEB_SOCKET = "websocket";

    private final Clients clients;
    private final Http1ConnectionSelector http1;

    /**
     * @param upgrades settings of the protocols that connections may change to
     * @param webSockets stands before the server's own upgrader to WebSocket
     */
    WatchedSelector(
            Clients clients,
            Http1Config config,
            List<ProtocolConfig> upgrades,
            UnaryOperator<Http1Upgrader> webSockets) {
        this.clients = clients;
        Http1ConnectionSelectorConfig.Builder builder =
                Http1ConnectionSelector.builder().config(config);
        upgraders(upgrades)
                .forEach(
                        (name, it) ->
                                builder.putUpgrader(
                                        name,
                                        new GuardedUpgrader(
                                                clients,
                                                name.equals(WEB_SOCKET)
                                                        ? webSockets.apply(it)
                                                        : it)));
        http1 = builder.build();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        ClientWatch watch = clients.begin(context);
        return new WatchedConnection(
                clients, watch, http1.connection(new WatchedContext(context, watch)));
    }

    /** Those that the server itself would find, by the protocol's name. */
    @SuppressWarnings("unchecked") // each provider is asked with settings of its own type
    private static Map<String, Http1Upgrader> upgraders(List<ProtocolConfig> settings) {
        ProtocolConfigs configs = ProtocolConfigs.create(settings);
        Map<String, Http1Upgrader> upgraders = new HashMap<>();
        for (Http1UpgradeProvider<?> found :
                HelidonServiceLoader.create(ServiceLoader.load(Http1UpgradeProvider.class))) {
            Http1UpgradeProvider<ProtocolConfig> provider =
                    (Http1UpgradeProvider<ProtocolConfig>) found;
            for (ProtocolConfig config :
                    configs.config(provider.protocolType(), provider.protocolConfigType())) {
                Http1Upgrader upgrader = provider.create(config, configs);
                upgraders.putIfAbsent(upgrader.supportedProtocol(), upgrader);
            }
        }
        return upgraders;
    }
}
