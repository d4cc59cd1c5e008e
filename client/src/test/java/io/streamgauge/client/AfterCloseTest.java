package io.streamgauge.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The column “connect again?” of the protocol's table of close codes. */
class AfterCloseTest {

    @ParameterizedTest
    @CsvSource({
        "1003, NEVER",
        "1006, LATER",
        "1007, NEVER",
        "1009, NEVER",
        "1011, LATER",
        "1012, LATER",
        "1013, LATER",
        "3008, LATER",
        "3012, AT_ONCE",
        "3504, LATER",
        "4400, NEVER",
        "4401, WITH_ANOTHER_CREDENTIAL",
        "4403, NEVER",
        "4408, LATER",
        "4409, NEVER",
        "4429, NEVER",
        "4999, LATER",
        // Answers that are no WebSocket.
        "400, NEVER",
        "401, NEVER",
        "403, NEVER",
        "408, LATER",
        "429, LATER",
        "500, LATER",
        "502, LATER",
        "503, LATER"
    })
    void asksOfTheClientWhatTheProtocolSays(int code, AfterClose expected) {
        assertThat(AfterClose.of(code)).isEqualTo(expected);
    }
}
