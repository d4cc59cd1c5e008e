package io.streamgauge.local.cli;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.local.DataDir;
import io.streamgauge.local.token.LocalKeys;
import io.streamgauge.local.token.TokenIssuer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import picocli.CommandLine.Option;

/** The option that several commands share. */
final class DataDirOption {

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            defaultValue = "${sys:streamgauge.data-dir:-.streamgauge}",
            description = "Holds all data; made where missing (default: ${DEFAULT-VALUE}).")
    private Path folder = Path.of(".streamgauge");

    DataDir dataDir() {
        return new DataDir(folder);
    }

    /** Makes a token with the data folder's key. */
    String issue(TenantId tenant, Set<String> roles, Duration ttl) throws IOException {
        return new TokenIssuer(LocalKeys.openOrCreate(dataDir().keys()), Clock.systemUTC())
                .issue(System.getProperty("user.name", "local"), tenant, roles, ttl);
    }
}
