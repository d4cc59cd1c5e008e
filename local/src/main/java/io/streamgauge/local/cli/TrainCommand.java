package io.streamgauge.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.local.models.ModelClient;
import io.streamgauge.local.models.ModelReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model of a stream and waits for it. */
@Command(
        name = "train",
        description = {
            "Train a model of a stream's anomalies from its stored results.",
            "It becomes active where it is fit to replace the one that is."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ApiOptions api;

    @Option(
            names = "--stream",
            paramLabel = "STREAM",
            required = true,
            description = "The stream's name or id.")
    private String stream;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Begin of the windows to learn from, RFC 3339 (default: two weeks before the"
                            + " end).")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "End of the windows to learn from, RFC 3339 (default: now).")
    private @Nullable String to;

    @Option(
            names = "--force",
            description =
                    "Let the model become active also where it is worse than the one that is.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        JsonNode model;
        try (ModelClient client =
                new ModelClient(
                        api.api(), api.token("editor"), Optional.of(api.tenant().value()))) {
            model =
                    client.train(
                            stream,
                            Optional.ofNullable(from),
                            Optional.ofNullable(to),
                            force,
                            it -> {
                                err.println(progress(it));
                                err.flush();
                            });
        }
        ModelReport.of(stream, model).forEach(out::println);
        out.flush();
        return ExitCodes.OK;
    }

    private static String progress(JsonNode training) {
        return "training %s: %s, %d %%"
                .formatted(
                        training.path("id").asText(),
                        training.path("state").asText(),
                        Math.round(100 * training.path("progress").asDouble()));
    }
}
