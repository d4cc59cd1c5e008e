package io.streamgauge.control.live.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.buffers.BufferData;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketFramesTest {

    @ParameterizedTest
    @CsvSource({"0, 2", "125, 2", "126, 4", "65535, 4", "65536, 10"})
    void aTextHasTheShortestLengthThereIs(int length, int headerLength) {
        byte[] frame = SocketFrames.text("x".repeat(length));

        assertThat(frame).hasSize(headerLength + length);
        assertThat(frame[0]).isEqualTo((byte) 0x81);
        ByteBuffer rest = ByteBuffer.wrap(frame).position(1);
        int told = rest.get();
        if (told == 126) {
            told = rest.getChar();
        } else if (told == 127) {
            told = Math.toIntExact(rest.getLong());
        }
        assertThat(told).isEqualTo(length);
        assertThat(frame).endsWith("x".repeat(length).getBytes(UTF_8));
    }

    @Test
    void aCloseHasItsCodeAndAReasonThatIsCutBetweenCharacters() {
        assertThat(SocketFrames.close(4408, "slow"))
                .containsExactly(0x88, 6, 0x11, 0x38, 's', 'l', 'o', 'w');

        byte[] longest = SocketFrames.close(1000, "x" + "\u20ac".repeat(50)); // of three bytes each

        assertThat(longest[1]).isEqualTo((byte) (2 + 1 + 3 * 40));
        assertThat(new String(Arrays.copyOfRange(longest, 4, longest.length), UTF_8))
                .isEqualTo("x" + "\u20ac".repeat(40));
    }

    @Test
    void pingAndPongAreControlFrames() {
        assertThat(SocketFrames.ping()).containsExactly(0x89, 0);
        assertThat(SocketFrames.pong(BufferData.create(new byte[] {1, 2})))
                .containsExactly(0x8A, 2, 1, 2);
    }
}
