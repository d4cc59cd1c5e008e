package io.streamgauge.contracts.detection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionStatus.State;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DetectionStatusCodecTest {

    private static final UUID MODEL = UUID.fromString("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
    private static final DetectionStatus REFUSED =
            status(
                    State.REFUSED,
                    Optional.of(MODEL),
                    OptionalLong.of(3),
                    Optional.of("model: of features of version 2 (expected: 1)"));

    @Test
    void hasTheFormThatIsDocumented() {
        assertThat(new String(DetectionStatusCodec.toBytes(REFUSED), UTF_8))
                .isEqualTo(
                        "{\"tenant\":\"acme\",\"stream\":\"11111111-2222-4333-8444-555555555555\","
                            + "\"subtask\":1,\"parallelism\":2,\"state\":\"refused\","
                            + "\"model\":\"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\",\"version\":3,\"reason\":\"model:"
                            + " of features of version 2 (expected: 1)\","
                            + "\"threshold\":0.42,\"exceptions\":4,\"exclusions\":5,"
                            + "\"failures\":6,\"seriesBeyondLimit\":7,"
                            + "\"observed\":{\"learning\":8,\"active\":9,\"constant\":10,"
                            + "\"invalidValues\":11,\"outOfOrder\":12},"
                            + "\"at\":\"2026-01-01T00:00:00Z\"}");
        assertThat(DetectionStatusCodec.key(REFUSED))
                .isEqualTo("acme/11111111-2222-4333-8444-555555555555/1");
    }

    @Test
    void readsWhatItWrote() throws Exception {
        DetectionStatus none =
                status(State.NO_MODEL, Optional.empty(), OptionalLong.empty(), Optional.empty());

        for (DetectionStatus status : new DetectionStatus[] {REFUSED, none}) {
            assertThat(DetectionStatusCodec.fromBytes(DetectionStatusCodec.toBytes(status)))
                    .isEqualTo(status);
        }
    }

    @Test
    void readsWhatAnEarlierReleaseWrote() throws Exception {
        String json = new String(DetectionStatusCodec.toBytes(REFUSED), UTF_8);

        String earlier = json.replaceFirst("\"observed\":[^}]*},", "");

        assertThat(earlier).isNotEqualTo(json);
        assertThat(DetectionStatusCodec.fromBytes(earlier.getBytes(UTF_8)).observed())
                .isEqualTo(DetectionStatus.Observed.NOTHING);
    }

    @Test
    void refusesWhatIsNone() {
        String json = new String(DetectionStatusCodec.toBytes(REFUSED), UTF_8);

        assertThatThrownBy(() -> DetectionStatusCodec.fromBytes(new byte[0]))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(
                        () ->
                                DetectionStatusCodec.fromBytes(
                                        json.replace("refused", "asleep").getBytes(UTF_8)))
                .hasMessageContaining("#/state");
    }

    private static DetectionStatus status(
            State state, Optional<UUID> model, OptionalLong version, Optional<String> reason) {
        return new DetectionStatus(
                new TenantId("acme"),
                new StreamId(UUID.fromString("11111111-2222-4333-8444-555555555555")),
                1,
                2,
                state,
                model,
                version,
                reason,
                0.42,
                4,
                5,
                6,
                7,
                new DetectionStatus.Observed(8, 9, 10, 11, 12),
                1_767_225_600_000L);
    }
}
