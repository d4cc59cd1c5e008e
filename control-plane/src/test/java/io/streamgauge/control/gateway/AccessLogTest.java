package io.streamgauge.control.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.testing.CapturedLog;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessLogTest {

    private static final int MORE_THAN_WAIT_AT_ONCE = 20_000;

    @Test
    void writesALineSoonWithoutBeingClosed() {
        try (CapturedLog captured = new CapturedLog();
                AccessLog log = AccessLog.open()) {
            log.add(
                    new AccessLog.Line(
                            "GET", "/api/v1/streams", 200, 42, 512, "acme", "jo", "::1", "id-1"));

            await().untilAsserted(
                            () ->
                                    assertThat(captured.lines("id-1"))
                                            .singleElement()
                                            .asString()
                                            .contains(
                                                    AccessLog.LOGGER,
                                                    "GET /api/v1/streams 200 42 us, 512 bytes,"
                                                            + " tenant acme, subject jo, ::1"
                                                            + " [request id-1]"));
        }
    }

    @Test
    void saysThatThereIsNoTenantAndNobody() {
        assertThat(line("id-2").toString()).contains("tenant -, subject -,");
    }

    @Test
    void hasWrittenEveryLineInItsOrderWhenItIsClosed() {
        List<String> ids =
                IntStream.range(0, MORE_THAN_WAIT_AT_ONCE).mapToObj(i -> "id-" + i).toList();
        try (CapturedLog captured = new CapturedLog()) {
            try (AccessLog log = AccessLog.open()) {
                ids.forEach(id -> log.add(line(id)));
            }
            assertThat(captured.lines("[request "))
                    .extracting(it -> it.replaceAll("(?s).*\\[request (.*)].*", "$1"))
                    .isEqualTo(ids);
        }
    }

    @Test
    void losesNoLineOfAThreadThatIsInterrupted() {
        try (CapturedLog captured = new CapturedLog();
                AccessLog log = AccessLog.open()) {
            Thread.currentThread().interrupt();
            log.add(line("id-3"));

            assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
            assertThat(captured.lines("id-3")).hasSize(1);
        }
    }

    private static AccessLog.Line line(String id) {
        return new AccessLog.Line("GET", "/", 401, 1, 0, "", "", "::1", id);
    }
}
