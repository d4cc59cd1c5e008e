package io.streamgauge.contracts.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamEvolutionTest {

    private static final String M = "{\"name\":\"m\",\"type\":\"number\",\"role\":\"measure\"}";
    private static final String HOST =
            "{\"name\":\"host\",\"type\":\"string\",\"role\":\"dimension\"}";
    private static final StreamSpec CURRENT = spec("s", M, HOST);

    @Test
    void allowsNewOptionalFieldsAnotherOrderAndOtherWindows() {
        String note = "{\"name\":\"note\",\"type\":\"string\",\"role\":\"attribute\"}";
        String rack =
                "{\"name\":\"rack\",\"type\":\"string\",\"role\":\"dimension\",\"required\":false}";

        assertThat(StreamEvolution.violations(CURRENT, spec("s", HOST, note, M, rack))).isEmpty();
    }

    @Test
    void allowsARequiredFieldToBecomeOptional() {
        assertThat(
                        StreamEvolution.violations(
                                CURRENT, spec("s", M, HOST.replace("}", ",\"required\":false}"))))
                .isEmpty();
    }

    @Test
    void refusesAnotherName() {
        assertRefused("#/name", spec("t", M, HOST));
    }

    @Test
    void refusesAnotherType() {
        assertRefused("#/fields/1/type", spec("s", M, HOST.replace("string", "boolean")));
    }

    @Test
    void refusesAnotherRole() {
        assertRefused("#/fields/0/role", spec("s", M.replace("measure", "attribute"), HOST));
    }

    @Test
    void refusesToRemoveAField() {
        assertRefused("#/fields", spec("s", HOST));
    }

    @Test
    void refusesToRequireWhatStoredEventsMayLack() {
        assertRefused(
                "#/fields/0/required", spec("s", M.replace("}", ",\"required\":true}"), HOST));
        assertRefused("#/fields/2/required", spec("s", M, HOST, HOST.replace("host", "rack")));
    }

    @Test
    void refusesToAddATimestamp() {
        assertRefused(
                "#/fields/2/role",
                spec(
                        "s",
                        M,
                        HOST,
                        "{\"name\":\"at\",\"type\":\"timestamp\",\"role\":\"timestamp\"}"));
    }

    private static void assertRefused(String pointer, StreamSpec next) {
        List<Violation> violations = StreamEvolution.violations(CURRENT, next);
        assertThat(violations).extracting(Violation::pointer).containsExactly(pointer);
        assertThat(violations).extracting(Violation::code).containsExactly("incompatible");
    }

    private static StreamSpec spec(String name, String... fields) {
        try {
            return StreamSpecReader.read(
                    Json.mapper()
                            .readTree(
                                    "{\"name\":\""
                                            + name
                                            + "\",\"fields\":["
                                            + String.join(",", fields)
                                            + "]}"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
