package io.streamgauge.control.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    private static final List<String> BINDING = List.of("tenant", "streams");

    @Test
    void givesBackThePositionThatItWasMadeOf() {
        List<String> position = List.of("a", "", "ü \" ,", "2026-01-01T00:00:00Z");

        assertThat(Cursor.decode(Cursor.encode(BINDING, position), BINDING, 4)).isEqualTo(position);
    }

    @Test
    void canStandInAUrlAsItIs() {
        assertThat(Cursor.encode(BINDING, List.of("~~~???>>>"))).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void isRefusedForAnythingButWhatItWasMadeFor() {
        String cursor = Cursor.encode(BINDING, List.of("a"));

        for (List<String> other :
                List.of(
                        List.of("other", "streams"),
                        List.of("tenant"),
                        List.of("tenants", "treams"),
                        List.of("tenantstreams"))) {
            refused(() -> Cursor.decode(cursor, other, 1));
        }
        refused(() -> Cursor.decode(cursor, BINDING, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "!!!", "AAAA", "é"})
    void isRefusedWhereItIsGarbled(String cursor) {
        refused(() -> Cursor.decode(cursor, BINDING, 1));
    }

    @Test
    void isRefusedWhereItIsCutOrOfAnotherVersionOrTooLong() {
        String cursor = Cursor.encode(BINDING, List.of("some position"));
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        bytes[0]++;

        refused(() -> Cursor.decode(cursor.substring(0, cursor.length() - 2), BINDING, 1));
        refused(() -> Cursor.decode(Base64.getUrlEncoder().encodeToString(bytes), BINDING, 1));
        refused(() -> Cursor.decode("A".repeat(100_000), BINDING, 1));
    }

    @Test
    void isRefusedWhereItsPositionIsNoText() {
        refused(() -> Cursor.decode(Cursor.encode(BINDING, List.of("a\u0000")), BINDING, 1));
    }

    private static void refused(ThrowingCallable decoding) {
        assertThatThrownBy(decoding)
                .isInstanceOfSatisfying(
                        InvalidRequest.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CURSOR));
    }
}
