package io.streamgauge.benchmarks;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * A whole stack with one tenant of the largest tier, for {@link ServerProcess}. Prints {@code api}
 * and {@code token}.
 */
public final class StackServer {

    private static final TenantId TENANT = new TenantId("audience");

    private StackServer() {}

    /** Serves until standard input ends. */
    public static void main(String[] args) throws Exception {
        Path dataDir = Files.createTempDirectory("streamgauge-audience");
        try (LocalStack stack = LocalStack.start(LocalStackOptions.onFreePorts(dataDir))) {
            Jdbi.create(
                            stack.postgres().jdbcUrl(),
                            stack.postgres().user(),
                            stack.postgres().password())
                    .useHandle(
                            handle ->
                                    handle.execute(
                                            "INSERT INTO tenants (id, name, tier) VALUES (?, '',"
                                                    + " 'platinum')",
                                            TENANT.value()));
            System.out.println("api " + stack.apiUrl());
            System.out.println(
                    "token "
                            + stack.tokens()
                                    .issue(
                                            "benchmark",
                                            TENANT,
                                            Set.of("admin"),
                                            Duration.ofHours(1)));
            System.out.flush();
            while (System.in.read() >= 0) {
                // Until the parent goes, however it goes.
            }
        }
    }
}
