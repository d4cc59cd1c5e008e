package io.streamgauge.alerting.sequence;

import static io.streamgauge.alerting.sequence.Steps.group;
import static io.streamgauge.alerting.sequence.Steps.sequence;
import static io.streamgauge.alerting.sequence.Steps.skip;
import static io.streamgauge.alerting.sequence.Steps.step;
import static io.streamgauge.alerting.sequence.Steps.within;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY_ANY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NOT_FOLLOWED_BY;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Skip.Strategy;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A state that was written once and is in checkpoints since. Where Flink's automaton or the form of
 * the state changes, this fails: then partial matches would be lost in an upgrade, and the change
 * needs a new version of the form, or a release note.
 */
class StoredStateTest {

    private static final Sequence SEQUENCE =
            skip(
                    within(
                            sequence(
                                    step(FOLLOWED_BY, "a", times -> times.orMore(1).until("e")),
                                    step(NOT_FOLLOWED_BY, "c"),
                                    group(
                                            FOLLOWED_BY,
                                            Steps.Times::optional,
                                            step(FOLLOWED_BY, "b"),
                                            step(FOLLOWED_BY_ANY, "d")),
                                    step(FOLLOWED_BY, "f")),
                            20),
                    Strategy.SKIP_TO_NEXT);

    private static final String BEFORE = "a1 x2 a3 b4 a5 d6";
    private static final String AFTER = "f7 b8 d9 f10 -40";

    private static final String WRITTEN =
            "AfvO6qEODBMFBwEDAAIAAwAACgIAAgsHAQMAAgACAAAKAgACEQcBAwACAAEAAAoCAAIRBgEDAAAAAAAK"
                + "BQAADwUBAwAAAQAKAwAEEQUBAwABAAAKAgAGEQUBAgAAAAAKBQAADwQBAgABAAoDAAQRAwEBAAAKAgAK"
                + "BQUCAgADAAAGAgACCwUCAgACAAAGAgACEQUCAgABAAAGAgACEQQCAAAAAAYFAAAPAwIAAQAGAwAEEQMC"
                + "AQAABgIABgUDAwMAAAICAAILAwMCAAACAgACEQMDAQAAAgIAAgYBBAABAAEFAAoBEwAAAAEAAAABAAAA"
                + "AAAAAAFrIGEABgETAAAAAwAAAAMAAAAAAAAAA2sgYQAEARMAAAAEAAAABAAAAAAAAAAEayBiAAIBEwAA"
                + "AAUAAAAFAAAAAAAAAAVrIGEAAAETAAAABgAAAAYAAAAAAAAABmsgZAUCAAoDAQMBAQACAAIJAwMFAQMA"
                + "AgACAAYDAwICAAIABgMBAwACAAYGAgMDAQMAAgAKAwECAAMABAYDAgQBAwAAAgAGAgMBAgACAAoCAgIA"
                + "AgAGBQAAAwMBBQEDAAAAAwAEAQQBAgAAAwAEAQMCAAADAAQ=";

    private static List<String> finish(SequenceMatcher<TestEvent>.State state) {
        List<String> found = new ArrayList<>();
        for (TestEvent event : Steps.events(AFTER)) {
            if (event.kind().equals("-")) {
                state.advanceTime(event.timestamp(), match -> found.add(Steps.text(match)));
            } else {
                state.process(event, event.timestamp(), match -> found.add(Steps.text(match)));
            }
        }
        assertThat(state.isEmpty()).isTrue();
        return found;
    }

    @Test
    void isStillWrittenAsItWas() {
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(SEQUENCE).newState();
        Steps.events(BEFORE).forEach(event -> state.process(event, event.timestamp(), match -> {}));

        assertThat(Base64.getEncoder().encodeToString(state.toBytes())).isEqualTo(WRITTEN);
    }

    @Test
    void findsWhatItFoundThen() {
        SequenceMatcher<TestEvent>.State state =
                TestEvent.matcher(SEQUENCE).fromBytes(Base64.getDecoder().decode(WRITTEN));

        assertThat(finish(state)).containsExactly("A1 A3 A5 F7", "A3 F7", "A5 F7");
    }
}
