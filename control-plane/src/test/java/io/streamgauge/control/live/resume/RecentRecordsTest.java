package io.streamgauge.control.live.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is in memory of the logs, against a list that forgets nothing. */
class RecentRecordsTest {

    private record Entry(int log, int partition, long offset) {}

    @Test
    void givesWhatFollowsAnyPlaceThatItCovers() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RecentRecords<Entry> recent = new RecentRecords<>(20, 1_000);
            List<Entry> all = new ArrayList<>();
            long[][] next = new long[2][3];
            for (int log = 0; log < 2; log++) {
                for (int partition = 0; partition < 3; partition++) {
                    next[log][partition] = random.nextInt(5);
                    recent.begin(log, partition, next[log][partition]);
                }
            }
            Offsets place = recent.end();
            int seen = 0;
            for (int i = 0; i < 60; i++) {
                int log = random.nextInt(2);
                int partition = random.nextInt(3);
                long offset = next[log][partition] + random.nextInt(2); // compaction leaves holes
                next[log][partition] = offset + 1;
                Entry entry = new Entry(log, partition, offset);
                recent.add(log, partition, offset, random.nextInt(60), entry);
                all.add(entry);
                if (random.nextInt(12) == 0) {
                    place = recent.end();
                    seen = all.size();
                }
                if (recent.covers(place)) {
                    assertThat(readAll(recent, place, 1 + random.nextInt(5)))
                            .as("seed %d", seed)
                            .isEqualTo(all.subList(seen, all.size()));
                } else {
                    assertThat(all.size() - seen).isGreaterThan(recent.size() - 1);
                }
                assertThat(recent.size()).isLessThanOrEqualTo(20);
            }
        }
    }

    @Test
    void doesNotCoverWhatWasBeforeItsBeginning() {
        RecentRecords<Entry> recent = new RecentRecords<>(10, 1_000);
        recent.begin(0, 0, 5);

        assertThat(recent.covers(Offsets.NONE.with(0, 0, 5))).isTrue();
        assertThat(recent.covers(Offsets.NONE.with(0, 0, 4))).isFalse();
    }

    private static List<Entry> readAll(RecentRecords<Entry> recent, Offsets from, int most) {
        List<Entry> entries = new ArrayList<>();
        Offsets place = from;
        while (true) {
            RecentRecords.Slice<Entry> slice = recent.after(place, most, entry -> true);
            slice.records().forEach(it -> entries.add(it.record()));
            place = slice.cursor();
            if (slice.atEnd()) {
                assertThat(place).isEqualTo(recent.end());
                return entries;
            }
        }
    }
}
