package io.streamgauge.local.cli;

import io.streamgauge.local.rules.AlertClient;
import io.streamgauge.local.rules.RuleDocument;
import io.streamgauge.local.rules.RuleFiles;
import io.streamgauge.local.rules.RulePlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Brings a tenant's alerts to what files say. */
@Command(
        name = "apply",
        description = {
            "Create and change alerts as files say.",
            "All documents are checked first; where one is refused, none is applied."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ApplyCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ApiOptions api;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "PATH",
            required = true,
            description = "A file, or a folder of *.yaml, *.yml and *.json files; may be repeated.")
    private List<Path> paths;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(names = "--prune", description = "Delete the alerts that no file names.")
    private boolean prune;

    @Option(
            names = "--on-change",
            paramLabel = "POLICY",
            defaultValue = "reset",
            description =
                    "What becomes of open matches and instances of an alert that changes: reset"
                            + " ends them, drain lets the old version finish them (default:"
                            + " ${DEFAULT-VALUE}).")
    private String onChange;

    @Override
    public Integer call() throws IOException {
        if (!List.of("reset", "drain").contains(onChange)) {
            throw new ParameterException(
                    spec.commandLine(), "--on-change: " + onChange + " (expected: reset or drain)");
        }
        PrintWriter out = spec.commandLine().getOut();
        List<RuleDocument> documents = RuleFiles.read(paths);
        try (AlertClient client =
                new AlertClient(
                        api.api(), api.token("editor"), Optional.of(api.tenant().value()))) {
            RulePlan plan = RulePlan.of(documents, client, onChange, prune);
            if (dryRun) {
                plan.describe(out::println);
            } else {
                plan.apply(client, onChange, out::println);
            }
        }
        out.flush();
        return ExitCodes.OK;
    }
}
