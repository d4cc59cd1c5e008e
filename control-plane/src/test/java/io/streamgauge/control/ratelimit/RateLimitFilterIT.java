package io.streamgauge.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.request.RequestIdFilter;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RateLimitFilterIT {

    private static final Demand TIER =
            Demand.one("gold", "tier:a", new Limit(10_000, Duration.ofHours(1)));
    private static final Demand ROUTES =
            Demand.one("real-time", "routes:a", new Limit(3, Duration.ofMinutes(2)));
    private static final Demands BOTH = Demands.of(TIER, ROUTES);

    private final RateLimitFilter filter =
            new RateLimitFilter(
                    FallbackRateLimiter.local(),
                    request -> request.path().path().startsWith("/free") ? Demands.NONE : BOTH);
    private WebServer server;
    private ApiClient client;

    @BeforeEach
    void start() {
        HttpRouting.Builder routing =
                HttpRouting.builder()
                        .addFilter(new RequestIdFilter())
                        .addFilter(filter)
                        .get("/ok", (request, response) -> response.send("ok"))
                        .get("/free", (request, response) -> response.send("ok"))
                        .get(
                                "/missing",
                                (request, response) -> {
                                    throw new NotFound("missing");
                                });
        ProblemHandlers.register(routing);
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .shutdownHook(false)
                        .addRouting(routing)
                        .build()
                        .start();
        client = new ApiClient(server.port(), "");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void tellsThePoliciesAndWhatIsLeftOfTheTightest() {
        Answer answer = client.get("/ok");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("RateLimit-Policy"))
                .isEqualTo("\"gold\";q=10000;w=3600, \"real-time\";q=3;w=120");
        assertThat(answer.header("RateLimit")).isEqualTo("\"real-time\";r=2;t=40");
    }

    @Test
    void refusesWithTheProblemTypeOfTheDraftAndTellsWhenToComeAgain() {
        for (int i = 0; i < 3; i++) {
            client.get("/ok");
        }

        Answer answer = client.get("/ok");

        JsonNode problem = answer.json();
        assertThat(answer.status()).isEqualTo(429);
        assertThat(problem.path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(problem.path("code").asText()).isEqualTo("rate-limited");
        assertThat(problem.path("violated-policies"))
                .extracting(JsonNode::asText)
                .containsExactly("real-time");
        assertThat(problem.path("detail").asText()).contains("at most 3 in 2m");
        assertThat(answer.header("RateLimit-Policy")).contains("\"gold\";q=10000;w=3600");
        assertThat(answer.header("RateLimit")).matches("\"real-time\";r=0;t=(39|40)");
        assertThat(answer.header("RateLimit")).endsWith(";t=" + answer.header("Retry-After"));
        assertThat(filter.refused()).isEqualTo(1);
    }

    @Test
    void countsRequestsThatFailAndTellsThem() {
        Answer answer = client.get("/missing");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("RateLimit")).isEqualTo("\"real-time\";r=2;t=40");
        assertThat(answer.headers().allValues("RateLimit-Policy")).hasSize(1);
    }

    @Test
    void leavesAloneWhatIsNotLimited() {
        Answer answer = client.get("/free");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
    }

    @Test
    void refusesNamesThatCannotStandInTheFields() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Demands.of(Demand.one("a\"b", "k", Limit.perHour(1))));
    }
}
