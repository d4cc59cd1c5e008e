package io.streamgauge.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Shows a stream's aggregates as they come, a table in a terminal, lines anywhere else; or what was
 * unusual in it, a line each.
 */
@Command(
        name = "watch",
        description = {
            "Show a stream's aggregates, or its anomalies, live.",
            "In a terminal: a table of each series' latest window. Elsewhere: a line for each"
                    + " closed window."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class WatchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ApiOptions api;

    @Parameters(paramLabel = "STREAM", description = "Name or id of the stream.")
    private String stream;

    @Option(
            names = "--where",
            paramLabel = "DIMENSION=VALUE",
            description = "Only series with this value; may be repeated, all must hold.")
    private List<String> where = new ArrayList<>();

    @Option(
            names = "--window",
            paramLabel = "DURATION",
            defaultValue = "1s",
            description = "Which of the stream's windows (default: ${DEFAULT-VALUE}).")
    private String window;

    @Option(
            names = "--anomalies",
            description = "What is unusual, in the place of the aggregates: a line for each.")
    private boolean anomalies;

    @Override
    public Integer call() throws IOException {
        SortedMap<String, String> conditions;
        try {
            conditions = Where.parse(where);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Duration size =
                Durations.parse(window)
                        .orElseThrow(
                                () ->
                                        new ParameterException(
                                                spec.commandLine(),
                                                "--window: "
                                                        + window
                                                        + " (expected: a duration such as 1s or"
                                                        + " 1m)"));
        TenantId unused = api.tenant(); // a bad one is a mistake now, and no reason to try again
        WatchView view = view(conditions, size);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("watch-end").unstarted(view::close));
        WatchSession session =
                new WatchSession(
                        api.api(), () -> api.token("viewer"), payload(conditions, size), view);
        try {
            Optional<String> problem = session.run();
            view.close();
            if (problem.isPresent()) {
                spec.commandLine().getErr().println("streamgauge: " + problem.get());
                return ExitCodes.FAILED;
            }
            return ExitCodes.OK;
        } finally {
            view.close();
        }
    }

    private WatchView view(SortedMap<String, String> conditions, Duration size) {
        // In UTF-8 whatever the locale says, for the bars of the trend.
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        StringBuilder title = new StringBuilder(stream);
        conditions.forEach(
                (name, value) -> title.append(' ').append(name).append('=').append(value));
        title.append(", windows of ").append(Durations.format(size)).append(", times in UTC");
        return Terminal.isThere() && !anomalies
                ? new TableView(Terminal.open(out), title.toString())
                : new LineView(out, spec.commandLine().getErr());
    }

    private ObjectNode payload(SortedMap<String, String> conditions, Duration size) {
        ObjectNode payload = Json.mapper().createObjectNode();
        payload.put("stream", stream);
        payload.putArray("kinds").add(anomalies ? "anomalies" : "aggregates");
        ObjectNode filter = payload.putObject("where");
        conditions.forEach(filter::put);
        if (!anomalies) {
            payload.putArray("windows").add(Durations.format(size));
        }
        return payload;
    }
}
