package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.detection.SeriesDetector;
import io.streamgauge.detection.Verdict;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Runs the series of a folder in the format of the Numenta Anomaly Benchmark through the anomaly
 * job's detector, and writes what the benchmark's scorers read. Each series is read once from its
 * beginning; nothing is known of it but the distance of its rows, which stands for the window size
 * that a stream is configured with. No parameter depends on the file, and no label is read.
 *
 * <p>Arguments: the folder, with {@code <category>/<name>.csv} or the same below {@code data}, and
 * the folder to write to.
 */
public final class NabRun {

    /** Rows that tell the window size; the detector says nothing of so early points anyway. */
    private static final int ROWS_FOR_WINDOW = 20;

    private static final long LEAST_WINDOW = Duration.ofMinutes(1).toMillis();

    private NabRun() {}

    private record Row(String timestamp, long millis, double value) {}

    /**
     * @param args folder to read, folder to write
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    "arguments: " + Arrays.toString(args) + " (expected: FOLDER OUT)");
        }
        Path given = Path.of(args[0]);
        Path data = Files.isDirectory(given.resolve("data")) ? given.resolve("data") : given;
        Path out = Path.of(args[1]);
        List<Path> files;
        try (Stream<Path> found = Files.walk(data)) {
            files = found.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
        }
        long points = 0;
        for (Path file : files) {
            List<Row> rows = read(file);
            Verdict[] verdicts = judge(rows);
            points += rows.size();
            write(out.resolve(data.relativize(file).toString()), rows, verdicts);
        }
        System.out.printf(
                Locale.ROOT,
                "%d series, %d points%n"
                        + "score: nab_score.py --data %s --labels LABELS.json --results %s%n",
                files.size(),
                points,
                data,
                out);
    }

    private static List<Row> read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file, UTF_8)) {
            return lines.skip(1).filter(line -> !line.isBlank()).map(NabRun::row).toList();
        }
    }

    private static Row row(String line) {
        String[] cells = line.split(",", -1);
        long millis =
                LocalDateTime.parse(cells[0].strip().replace(' ', 'T'))
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli();
        return new Row(cells[0], millis, Double.parseDouble(cells[1].strip()));
    }

    private static Verdict[] judge(List<Row> rows) {
        SeriesDetector detector = new SeriesDetector(Duration.ofMillis(window(rows)));
        Verdict[] verdicts = new Verdict[rows.size()];
        long last = Long.MIN_VALUE;
        for (int i = 0; i < verdicts.length; i++) {
            // Rows of the same time or an earlier one, as of a clock set back, are all to be
            // judged.
            last = Math.max(rows.get(i).millis(), last + 1);
            verdicts[i] = detector.observe(last, rows.get(i).value());
        }
        return verdicts;
    }

    private static long window(List<Row> rows) {
        long[] distances = new long[Math.max(1, Math.min(ROWS_FOR_WINDOW, rows.size() - 1))];
        for (int i = 0; i + 1 < rows.size() && i < distances.length; i++) {
            distances[i] = rows.get(i + 1).millis() - rows.get(i).millis();
        }
        Arrays.sort(distances);
        return Math.max(LEAST_WINDOW, distances[distances.length / 2]);
    }

    private static void write(Path file, List<Row> rows, Verdict[] verdicts) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (BufferedWriter writer = Files.newBufferedWriter(file, UTF_8)) {
            writer.write("timestamp,value,anomaly_score,kind\n");
            for (int i = 0; i < verdicts.length; i++) {
                Verdict verdict = verdicts[i];
                // An anomaly is told of where it begins.
                double score = verdict.peak() ? verdict.score() : 0;
                writer.write(
                        rows.get(i).timestamp()
                                + ","
                                + rows.get(i).value()
                                + ","
                                + score
                                + ","
                                + (verdict.kind() == null ? "" : verdict.kind().wireName())
                                + "\n");
            }
        }
    }
}
