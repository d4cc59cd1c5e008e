package io.streamgauge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.client.TestingServer.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LiveClientIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Backoff SHORT = Backoff.of(Duration.ofMillis(1), Duration.ofMillis(5));

    private final TestingServer server = new TestingServer();
    private final List<ConnectionState> states = new CopyOnWriteArrayList<>();
    private final Told told = new Told();

    @BeforeAll
    static void waitAsLongAsASlowMachineTakes() {
        // And longer than a server may be silent before it is taken for gone.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void introducesItselfAndIsOpenOnceTheServerHasSaidSo() throws Exception {
        Access access = Access.of(server.uri(), () -> "secret").withTenant("demo");
        try (LiveClient client = LiveClient.open(LiveClientOptions.of(access))) {
            Peer peer = server.connection();

            assertThat(peer.next())
                    .isEqualTo(
                            json(
                                    "{'type':'connection_init','payload':{'token':'secret','tenant':'demo'}}"));
            assertThat(client.state()).isInstanceOf(ConnectionState.Connecting.class);
            peer.say("{'type':'connection_ack'}");
            client.awaitOpen(Duration.ofMinutes(2));
            assertThat(client.state()).isInstanceOf(ConnectionState.Open.class);
        }
    }

    @Test
    void subscribesBeforeAndAfterThereIsAConnectionAndListsWhatItHas() {
        try (LiveClient client = open()) {
            client.subscribe(json("{'stream':'orders'}"), told);
            Peer peer = server.accepted();
            assertThat(peer.next())
                    .isEqualTo(json("{'type':'subscribe','id':'1','payload':{'stream':'orders'}}"));

            client.subscribe(json("{'kinds':['alerts']}"), told);

            assertThat(peer.next().path("id").asText()).isEqualTo("2");
            assertThat(client.listActive())
                    .extracting(LiveSubscription::payload)
                    .containsExactly(json("{'stream':'orders'}"), json("{'kinds':['alerts']}"));
        }
    }

    @Test
    void resumesBehindTheLastFrameAndTellsNothingTwice() {
        try (LiveClient client = open()) {
            LiveSubscription subscription =
                    client.subscribe(json("{'stream':'orders','snapshot':false}"), told);
            Peer first = subscribed();
            first.synced("1", "p0");
            first.result("1", "a", "p1");
            first.result("1", "b", "p2");
            await().until(() -> subscription.position().equals(Optional.of("p2")));

            first.cut();
            Peer second = server.accepted();

            assertThat(second.next().path("payload"))
                    .isEqualTo(json("{'stream':'orders','after':'p2'}"));
            second.result("1", "b", "p2");
            second.result("1", "c", "p3");
            second.synced("1", "p3");
            await().until(() -> told.all.size() == 5);
            assertThat(told.all).containsExactly("synced", "a", "b", "c", "synced");
        }
    }

    @Test
    void takesAPositionFromFramesThatItDoesNotKnow() {
        try (LiveClient client = open()) {
            LiveSubscription subscription = client.subscribe(json("{'stream':'orders'}"), told);
            Peer first = subscribed();
            first.synced("1", "p0");
            first.say("{'type':'position','id':'1','position':'p9'}");
            await().until(() -> subscription.position().equals(Optional.of("p9")));

            first.cut();

            assertThat(server.accepted().next().at("/payload/after").asText()).isEqualTo("p9");
            assertThat(told.all).containsExactly("synced");
        }
    }

    @Test
    void goesOnAtAPositionThatWasKept() {
        try (LiveClient client = open()) {
            client.subscribe(json("{'stream':'orders','after':'kept'}"), told);

            assertThat(server.accepted().next().at("/payload/after").asText()).isEqualTo("kept");
        }
    }

    @Test
    void tellsOfAGapAsTheServerSaysIt() {
        try (LiveClient client = open()) {
            client.subscribe(json("{'stream':'orders'}"), told);
            Peer peer = subscribed();

            peer.say(
                    "{'type':'gap','id':'1','payload':{'reason':'expired','from':'2026-01-01T00:00:00Z','to':'2026-01-01T01:00:00Z'},'position':'p1'}");

            await().until(() -> !told.all.isEmpty());
            assertThat(told.all).containsExactly("gap expired");
        }
    }

    @Test
    void beginsAnewWithAGapWhereThePositionIsRefused() {
        try (LiveClient client = open()) {
            client.subscribe(json("{'stream':'orders'}"), told);
            Peer first = subscribed();
            first.synced("1", "p1");
            await().until(() -> !told.all.isEmpty());
            first.cut();
            Peer second = server.accepted();
            second.next();

            second.say(
                    "{'type':'error','id':'1','payload':{'status':400,'errors':[{'pointer':'#/after'}]}}");

            assertThat(second.next().path("payload")).isEqualTo(json("{'stream':'orders'}"));
            assertThat(told.all).containsExactly("synced", "gap position-refused");
        }
    }

    @Test
    void asksAgainWhereAResumptionCannotBeHadNow() {
        try (LiveClient client = open()) {
            client.subscribe(json("{'stream':'orders'}"), told);
            Peer first = subscribed();
            first.synced("1", "p1");
            await().until(() -> !told.all.isEmpty());
            first.cut();
            Peer second = server.accepted();

            for (int i = 0; i < 3; i++) {
                assertThat(second.next().at("/payload/after").asText()).isEqualTo("p1");
                second.say("{'type':'error','id':'1','payload':{'status':503}}");
            }

            assertThat(second.next().at("/payload/after").asText()).isEqualTo("p1");
            assertThat(told.all).containsExactly("synced");
            assertThat(client.listActive()).hasSize(1);
        }
    }

    @Test
    void endsWhatIsRefusedAndWhatTheServerHasEnded() {
        try (LiveClient client = open()) {
            client.subscribe(json("{'stream':'none'}"), told);
            client.subscribe(json("{'stream':'orders'}"), told);
            Peer peer = subscribed();

            peer.say("{'type':'error','id':'1','payload':{'status':404}}");
            peer.say("{'type':'complete','id':'2'}");

            await().until(() -> told.all.size() == 2);
            assertThat(told.all).containsExactly("error 404", "complete");
            assertThat(client.listActive()).isEmpty();
        }
    }

    @Test
    void isSilentOfWhatWasOnItsWayWhenASubscriptionEnds() {
        try (LiveClient client = open()) {
            LiveSubscription ended = client.subscribe(json("{'stream':'orders'}"), told);
            Peer peer = subscribed();

            ended.unsubscribe();

            assertThat(peer.next()).isEqualTo(json("{'type':'complete','id':'1'}"));
            peer.result("1", "late", "p1");
            peer.say("{'type':'ping','payload':{'n':1}}");
            assertThat(peer.next()).isEqualTo(json("{'type':'pong','payload':{'n':1}}"));
            assertThat(told.all).isEmpty();
        }
    }

    @Test
    void tellsWithTheNextResultWhatWasDroppedBeforeOneThatIsKnown() {
        try (LiveClient client = open()) {
            client.subscribe(json("{'stream':'orders'}"), told);
            Peer peer = subscribed();
            peer.result("1", "a", "p1");
            peer.say(
                    "{'type':'next','id':'1','payload':{'kind':'aggregate','aggregate':{'id':'a'}},'position':'p2','dropped':3}");
            peer.say(
                    "{'type':'next','id':'1','payload':{'kind':'aggregate','aggregate':{'id':'b'}},'position':'p3','dropped':2}");

            await().until(() -> told.all.size() == 2);
            assertThat(told.all).containsExactly("a", "b after 5");
        }
    }

    /** The JDK forgets the end of a connection that comes while it is asked for nothing. */
    @Test
    void comesBackWhereTheConnectionBreaksWhileAListenerIsBusy() throws Exception {
        try (LiveClient client =
                LiveClient.open(
                        LiveClientOptions.of(server.uri(), () -> "secret")
                                .withBackoff(SHORT)
                                .withSilence(Duration.ofHours(1)))) {
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch broken = new CountDownLatch(1);
            client.subscribe(
                    json("{'stream':'orders'}"),
                    result -> {
                        busy.countDown();
                        try {
                            boolean unused = broken.await(2, TimeUnit.MINUTES);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            Peer first = subscribed();
            first.result("1", "a", "p1");
            assertThat(busy.await(2, TimeUnit.MINUTES)).isTrue();

            first.cut();
            await().until(first::isOver);
            broken.countDown();

            assertThat(server.accepted().next().at("/payload/after").asText()).isEqualTo("p1");
        }
    }

    @Test
    void goesOnWhenAListenerThrows() throws Exception {
        try (LiveClient client = open()) {
            CountDownLatch second = new CountDownLatch(1);
            client.subscribe(
                    json("{'stream':'orders'}"),
                    result -> {
                        if (result.value().path("id").asText().equals("a")) {
                            throw new IllegalStateException("meant by the test");
                        }
                        second.countDown();
                    });
            Peer peer = subscribed();

            peer.result("1", "a", "p1");
            peer.result("1", "b", "p2");

            // Awaitility would take the listener's exception for the test's.
            assertThat(second.await(2, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void comesBackWhileTheServerRefusesAndSaysHowOftenItHasTried() {
        try (LiveClient client = open()) {
            Peer first = server.accepted();
            await().until(() -> client.state() instanceof ConnectionState.Open);
            server.refuse(true);
            first.cut();
            await().until(
                            () ->
                                    states.stream()
                                            .anyMatch(
                                                    it ->
                                                            it
                                                                            instanceof
                                                                            ConnectionState.Waiting
                                                                                    waiting
                                                                    && waiting.attempt() >= 1));
        }
    }

    @Test
    void staysAwayWhereTheServerSaysSo() {
        LiveClient client = open();
        Peer peer = server.accepted();

        peer.close(4403, "the tenant is not active");

        await().until(() -> client.state() instanceof ConnectionState.Closed);
        assertThat(client.state())
                .isEqualTo(new ConnectionState.Closed(4403, "the tenant is not active"));
        assertThatThrownBy(() -> client.subscribe(json("{'stream':'orders'}"), told))
                .isInstanceOf(IllegalStateException.class);
        client.close();
        assertThat(server.hasConnection()).isFalse();
    }

    @Test
    void saysWhyItIsNotOpenWhereItIsRefused() {
        try (LiveClient client = open()) {
            Peer peer = server.connection();
            peer.close(4401, "token: expired");

            assertThatThrownBy(() -> client.awaitOpen(Duration.ofMinutes(2)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("4401 token: expired");
        }
    }

    @Test
    void comesBackWithAnotherCredentialOnceTheFirstHasExpired() {
        AtomicInteger tokens = new AtomicInteger();
        try (LiveClient client =
                LiveClient.open(
                        LiveClientOptions.of(
                                        server.uri(), () -> "token-" + tokens.incrementAndGet())
                                .withBackoff(SHORT))) {
            Peer first = server.accepted();
            await().until(() -> client.state() instanceof ConnectionState.Open);

            first.close(4401, "the credential has expired");

            assertThat(server.connection().next().at("/payload/token").asText())
                    .isEqualTo("token-2");
        }
    }

    @Test
    void takesASilentServerForGone() {
        try (LiveClient client =
                LiveClient.open(
                        LiveClientOptions.of(server.uri(), () -> "secret")
                                .withBackoff(SHORT)
                                .withSilence(Duration.ofMillis(50)))) {
            Peer first = server.accepted();

            Peer second = server.connection();

            assertThat(second).isNotSameAs(first);
            assertThat(client.state()).isNotInstanceOf(ConnectionState.Closed.class);
        }
    }

    @Test
    void closesInOrder() {
        LiveClient client = open();
        Peer peer = server.accepted();
        await().until(() -> client.state() instanceof ConnectionState.Open);

        client.close();

        assertThat(peer.awaitClose()).isEqualTo(1000);
        await().until(() -> states.contains(new ConnectionState.Closed(1000, "")));
    }

    @Test
    void mayBeClosedByAListener() {
        LiveClient client = open();
        client.subscribe(json("{'stream':'orders'}"), result -> client.close());
        Peer peer = subscribed();

        peer.result("1", "a", "p1");

        assertThat(peer.awaitClose()).isEqualTo(1000);
    }

    private LiveClient open() {
        return LiveClient.open(
                LiveClientOptions.of(server.uri(), () -> "secret")
                        .withBackoff(SHORT)
                        .withStateListener(states::add));
    }

    /** A connection whose first subscription has been asked for. */
    private Peer subscribed() {
        Peer peer = server.accepted();
        assertThat(peer.next().path("type").asText()).isEqualTo("subscribe");
        return peer;
    }

    private static ObjectNode json(String text) {
        try {
            JsonNode parsed = MAPPER.readTree(text.replace('\'', '"'));
            return (ObjectNode) parsed;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
