package io.streamgauge.control.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTrackerTest {

    @Test
    void findsTheEndsOfFramesHoweverTheyAreCut() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            boolean masked = random.nextBoolean();
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            int frames = 1 + random.nextInt(5);
            for (int i = 0; i < frames; i++) {
                int[] lengths = {0, 1, 125, 126, 127, 300, 65_535, 65_536, 70_000};
                frame(stream, 0x82, masked, lengths[random.nextInt(lengths.length)]);
            }
            byte[] bytes = stream.toByteArray();
            FrameTracker tracker = new FrameTracker(masked);

            int position = 0;
            while (position < bytes.length) {
                int count = Math.min(1 + random.nextInt(9_000), bytes.length - position);
                byte[] part = Arrays.copyOfRange(bytes, position, position + count);
                assertThat(tracker.follow(part, count)).isEqualTo(count);
                position += count;
            }

            assertThat(tracker.isAtBoundary()).as("seed %d", seed).isTrue();
            assertThat(tracker.hasClosed()).isFalse();
        }
    }

    @Test
    void isWithinAFrameUntilItsLastByte() throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        frame(stream, 0x81, true, 200);
        byte[] bytes = stream.toByteArray();
        FrameTracker tracker = new FrameTracker(true);

        for (int i = 0; i < bytes.length; i++) {
            tracker.follow(new byte[] {bytes[i]}, 1);

            assertThat(tracker.isAtBoundary()).isEqualTo(i == bytes.length - 1);
        }
    }

    @Test
    void countsNothingBehindAClose() throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        frame(stream, 0x81, false, 5);
        frame(stream, 0x88, false, 2);
        int frames = stream.size();
        frame(stream, 0x81, false, 5);
        FrameTracker tracker = new FrameTracker(false);

        assertThat(tracker.follow(stream.toByteArray(), stream.size())).isEqualTo(frames);
        assertThat(tracker.hasClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8105", // not masked
                "88fe", // a close with an extended length
                "0880", // a close in parts
                "82ff80", // a negative length
            })
    void refusesWhatHidesTheEndOfAFrame(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex + "00".repeat(12));
        FrameTracker tracker = new FrameTracker(true);

        assertThatExceptionOfType(FrameTracker.MalformedException.class)
                .isThrownBy(() -> tracker.follow(bytes, bytes.length));
    }

    private static void frame(ByteArrayOutputStream out, int first, boolean masked, int length) {
        int mask = masked ? 0x80 : 0;
        out.write(first);
        if (length < 126) {
            out.write(mask | length);
        } else if (length < 1 << 16) {
            out.write(mask | 126);
            out.write(length >>> 8);
            out.write(length);
        } else {
            out.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) length >>> shift));
            }
        }
        out.writeBytes(new byte[(masked ? 4 : 0) + length]);
    }
}
