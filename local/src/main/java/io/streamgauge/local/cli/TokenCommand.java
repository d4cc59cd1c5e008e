package io.streamgauge.local.cli;

import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.local.token.TokenIssuer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints a token, and nothing else, for use in {@code $(...)}. */
@Command(
        name = "token",
        description = "Print an access token for the local API.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TokenCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private DataDirOption dataDir;

    @Option(
            names = "--tenant",
            paramLabel = "TENANT",
            defaultValue = "demo",
            description = "Whose data the token is for (default: ${DEFAULT-VALUE}).")
    private String tenant;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            split = ",",
            defaultValue = "admin",
            description =
                    "viewer, editor, admin, or operator of the platform; may be repeated (default:"
                            + " ${DEFAULT-VALUE}).")
    private List<String> roles;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            defaultValue = "12h",
            description = "How long the token is good for (default: ${DEFAULT-VALUE}).")
    private String ttl;

    @Override
    public Integer call() throws IOException {
        if (!TenantId.isValid(tenant)) {
            throw wrong(
                    "--tenant: "
                            + tenant
                            + " (expected: lower-case letters, digits and inner hyphens, a letter"
                            + " first)");
        }
        for (String role : roles) {
            if (!TokenIssuer.ROLES.contains(role)) {
                throw wrong(
                        "--role: %s (expected: %s)"
                                .formatted(role, String.join(", ", TokenIssuer.ROLES)));
            }
        }
        Duration duration =
                Durations.parse(ttl)
                        .orElseThrow(
                                () ->
                                        wrong(
                                                "--ttl: "
                                                        + ttl
                                                        + " (expected: a duration such as 30m, 12h"
                                                        + " or 7d)"));
        try {
            String token = dataDir.issue(new TenantId(tenant), Set.copyOf(roles), duration);
            spec.commandLine().getOut().println(token);
            return ExitCodes.OK;
        } catch (IllegalArgumentException e) {
            throw wrong("--" + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
