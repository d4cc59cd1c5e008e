package io.streamgauge.control.live;

import static io.streamgauge.contracts.alert.InstanceState.FIRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.client.Backoff;
import io.streamgauge.client.Gap;
import io.streamgauge.client.LiveClient;
import io.streamgauge.client.LiveClientOptions;
import io.streamgauge.client.LiveResult;
import io.streamgauge.client.SubscriptionListener;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.ControlPlaneProcess;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.TcpBalancer;
import io.streamgauge.control.testing.TestingIssuer;
import io.streamgauge.control.testing.Transitions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two control planes, each a process of its own, on one Kafka and one database, with a balancer
 * before them: whichever of them a subscriber is connected to, and whatever becomes of it.
 */
class LiveReplicasIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Backoff SOON = Backoff.of(Duration.ofMillis(50), Duration.ofMillis(500));
    private static final int CLIENTS = 8;

    /** So few that no queue overflows however slow the machine is. */
    private static final int BATCH = 100;

    private static final String SPEC =
            """
            {"name":"metrics","fields":[
              {"name":"host","type":"string","role":"dimension"},
              {"name":"v","type":"number","role":"measure"}],
             "windows":["1s"]}
            """;

    @TempDir private Path folder = Path.of("");

    @Test
    void giveTheSameToAllAndMissNothingWhenOneIsKilled() throws Exception {
        TestingIssuer issuer = new TestingIssuer();
        Path jwks = folder.resolve("jwks.json");
        issuer.publishTo(jwks);
        KafkaConfig kafka = BACKENDS.kafka();
        TopicProvisioner.provision(kafka);
        TenantId tenant = BACKENDS.newTenant();
        StreamDefinition stream = BACKENDS.newStream(tenant, SPEC);
        String token = issuer.token(tenant, "viewer");
        List<Follower> followers = new ArrayList<>();
        try (ControlPlaneProcess one = ControlPlaneProcess.start(BACKENDS, kafka, jwks, Map.of());
                ControlPlaneProcess two =
                        ControlPlaneProcess.start(BACKENDS, kafka, jwks, Map.of());
                Producer producer = new Producer(kafka, stream)) {
            one.awaitReady();
            two.awaitReady();
            try (TcpBalancer balancer = new TcpBalancer(List.of(one.port(), two.port()))) {
                for (int i = 0; i < CLIENTS; i++) {
                    followers.add(new Follower(balancer.uri(), token));
                }
                await().atMost(PATIENCE).until(() -> followers.stream().allMatch(it -> it.joined));
                assertThat(connections(one)).as("of the one").isPositive();
                assertThat(connections(two)).as("of the other").isPositive();
                for (int i = 0; i < 5; i++) {
                    producer.send(BATCH);
                    awaitAll(followers, producer);
                }

                producer.send(BATCH); // on its way while the process ends
                one.kill();
                producer.send(BATCH);
                awaitAll(followers, producer);
                await().atMost(PATIENCE).until(() -> connections(two) == CLIENTS);

                producer.send(BATCH);
                balancer.cutAll(); // and once more, all of them at once
                producer.send(BATCH);
                awaitAll(followers, producer);
            } finally {
                followers.forEach(Follower::close);
            }
            for (Follower follower : followers) {
                assertThat(follower.troubles).isEmpty();
                assertThat(follower.told).containsExactlyInAnyOrderElementsOf(producer.sent);
            }
        }
    }

    private static void awaitAll(List<Follower> followers, Producer producer) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(followers)
                                        .allSatisfy(
                                                it ->
                                                        assertThat(it.told)
                                                                .hasSizeGreaterThanOrEqualTo(
                                                                        producer.sent.size())));
    }

    private static double connections(ControlPlaneProcess process) {
        return process.metric("streamgauge_live_connections");
    }

    /** Writes windows that count on, and a few alerts that fire among them. */
    private static final class Producer implements AutoCloseable {

        private final AlertId alert = new AlertId(UUID.randomUUID());
        private final List<String> sent = new ArrayList<>();
        private final Results results;
        private final StreamDefinition stream;
        private int windows;

        Producer(KafkaConfig kafka, StreamDefinition stream) {
            results = new Results(kafka);
            this.stream = stream;
        }

        void send(int number) {
            for (int i = 0; i < number; i++) {
                windows++;
                String host = "{\"host\":\"h%d\"}".formatted(windows % 20);
                Instant start = START.plusSeconds(windows);
                results.sendAsync(
                        Results.aggregate(
                                stream,
                                host,
                                start,
                                Duration.ofSeconds(1),
                                Timing.ON_TIME,
                                0,
                                windows));
                sent.add("window " + windows);
                if (windows % 25 == 0) {
                    Transitions transitions =
                            Transitions.of(stream.tenant(), alert, host, start).in(stream.id());
                    results.send(transitions.to(FIRING));
                    sent.add("alert " + transitions.instance());
                }
            }
        }

        @Override
        public void close() {
            results.close();
        }
    }

    /** A subscriber, over all its connections. */
    private static final class Follower implements SubscriptionListener, AutoCloseable {

        private final List<String> told = new CopyOnWriteArrayList<>();
        private final List<String> troubles = new CopyOnWriteArrayList<>();
        private final LiveClient client;
        private volatile boolean joined;

        Follower(URI api, String token) throws Exception {
            client = LiveClient.open(LiveClientOptions.of(api, () -> token).withBackoff(SOON));
            client.subscribe(
                    (ObjectNode)
                            Json.mapper()
                                    .readTree(
                                            """
                                            {"stream":"metrics","kinds":["aggregates","alerts"],
                                             "snapshot":false}
                                            """),
                    this);
        }

        @Override
        public void next(LiveResult result) {
            told.add(
                    result.kind().equals("alert")
                            ? "alert " + result.value().path("instance").asText()
                            : "window " + result.value().path("count").asLong());
            if (result.dropped() > 0) {
                troubles.add("dropped " + result.dropped());
            }
        }

        @Override
        public void synced(boolean snapshot) {
            joined = true;
        }

        @Override
        public void gap(Gap gap) {
            troubles.add(gap.toString());
        }

        @Override
        public void error(JsonNode problem) {
            troubles.add(problem.toString());
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
