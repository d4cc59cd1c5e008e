package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the load generator wrk, which must be on the path, and reads what it prints. */
final class Wrk {

    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern FAILED =
            Pattern.compile("Non-2xx or 3xx responses: (\\d+)|Socket errors: (.*)");

    private final int connections;

    Wrk(int connections) {
        this.connections = connections;
    }

    /**
     * What came of a run.
     *
     * @param rate requests a second
     * @param p99Millis time that one request in a hundred took longer than
     * @param failures what wrk says of answers that were no success, empty where there were none
     */
    record Outcome(double rate, double p99Millis, String failures) {}

    /**
     * Sends as many GETs as get answered.
     *
     * @param headers each as a line
     */
    Outcome run(int seconds, String url, List<String> headers)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "wrk",
                                "-t1",
                                "-c" + connections,
                                "-d" + seconds + "s",
                                "--latency"));
        for (String header : headers) {
            command.add("-H");
            command.add(header);
        }
        command.add(url);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("wrk: " + output);
        }
        Matcher failed = FAILED.matcher(output);
        return new Outcome(
                Double.parseDouble(find(RATE, output, 1)),
                millis(output),
                failed.find() ? failed.group() : "");
    }

    private static double millis(String output) throws IOException {
        double value = Double.parseDouble(find(P99, output, 1));
        return switch (find(P99, output, 2)) {
            case "us" -> value / 1_000;
            case "s" -> value * 1_000;
            default -> value;
        };
    }

    private static String find(Pattern pattern, String output, int group) throws IOException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("wrk printed something else than expected: " + output);
        }
        return matcher.group(group);
    }
}
