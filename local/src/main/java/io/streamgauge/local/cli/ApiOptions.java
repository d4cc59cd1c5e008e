package io.streamgauge.local.cli;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.local.LocalStackOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where the API is and who asks it: a running {@code up} on the data folder, or any other. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ApiOptions {

    private static final Duration TOKEN_TTL = Duration.ofHours(1);

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Mixin private DataDirOption dataDir;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "The API's root (default: that of the running 'up' on the data folder, else"
                            + " http://127.0.0.1:"
                            + LocalStackOptions.DEFAULT_HTTP_PORT
                            + ").")
    private @Nullable String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "A bearer token (default: made with the data folder's key, for the tenant).")
    private @Nullable String token;

    @Option(
            names = "--tenant",
            paramLabel = "TENANT",
            defaultValue = "demo",
            description = "Whose data (default: ${DEFAULT-VALUE}).")
    private String tenant;

    URI api() throws IOException {
        String root = url;
        if (root == null) {
            root =
                    dataDir.dataDir()
                            .announcedApiUrl()
                            .orElse("http://127.0.0.1:" + LocalStackOptions.DEFAULT_HTTP_PORT);
        }
        try {
            URI api = URI.create(root);
            if (api.getRawAuthority() != null && api.getScheme().matches("https?")) {
                return api;
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--url: " + e.getMessage(), e);
        }
        throw new ParameterException(
                spec.commandLine(), "--url: " + root + " (expected: http://host:port)");
    }

    TenantId tenant() {
        if (!TenantId.isValid(tenant)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--tenant: "
                            + tenant
                            + " (expected: lower-case letters, digits and inner hyphens, a letter"
                            + " first)");
        }
        return new TenantId(tenant);
    }

    String token(String role) throws IOException {
        return token != null ? token : dataDir.issue(tenant(), Set.of(role), TOKEN_TTL);
    }
}
