package io.streamgauge.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.local.rules.AlertClient;
import io.streamgauge.local.rules.AlertSpecs;
import io.streamgauge.local.rules.RuleFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints definitions, in a form that {@code apply} takes. */
@Command(
        name = "get",
        description = "Print alerts: a line for each, or as files that 'apply' takes.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GetCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ApiOptions api;

    @Parameters(index = "0", paramLabel = "alerts", description = "What: alerts.")
    private String what;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "NAME",
            description = "Which (default: all).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, yaml or json (default: ${DEFAULT-VALUE}).")
    private String output;

    @Override
    public Integer call() throws IOException {
        if (!what.equals("alerts")) {
            throw new ParameterException(spec.commandLine(), what + " (expected: alerts)");
        }
        PrintWriter out = spec.commandLine().getOut();
        List<JsonNode> alerts = new ArrayList<>();
        try (AlertClient client =
                new AlertClient(
                        api.api(), api.token("viewer"), Optional.of(api.tenant().value()))) {
            if (names.isEmpty()) {
                alerts.addAll(client.list());
            }
            for (String name : names) {
                alerts.add(client.get(name));
            }
        }
        switch (output) {
            case "table" -> table(alerts, out);
            case "yaml" ->
                    alerts.forEach(alert -> out.print(RuleFiles.write(AlertSpecs.of(alert))));
            case "json" ->
                    out.println(
                            Json.mapper()
                                    .writerWithDefaultPrettyPrinter()
                                    .writeValueAsString(
                                            alerts.stream().map(AlertSpecs::of).toList()));
            default ->
                    throw new ParameterException(
                            spec.commandLine(),
                            "--output: " + output + " (expected: table, yaml or json)");
        }
        out.flush();
        return ExitCodes.OK;
    }

    private static void table(List<JsonNode> alerts, PrintWriter out) {
        String row = "%-32s %-10s %-10s %-24s %s%n";
        out.printf(row, "NAME", "CONDITION", "SEVERITY", "STREAM", "STATE");
        for (JsonNode alert : alerts) {
            out.printf(
                    row,
                    alert.path("name").asText(),
                    alert.path("condition").path("kind").asText(),
                    alert.path("severity").asText(),
                    alert.path("stream").asText("-"),
                    alert.path("paused").asBoolean() ? "paused" : "version " + version(alert));
        }
    }

    private static String version(JsonNode alert) {
        return alert.path("version").asText();
    }
}
