package io.streamgauge.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {

    @TempDir private Path dataDir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsATokenAndNothingElse() throws Exception {
        assertThat(run("token", "--tenant", "acme", "--role", "viewer,editor", "--ttl", "30m"))
                .isEqualTo(ExitCodes.OK);

        SignedJWT token = SignedJWT.parse(out.toString().strip());
        Instant issued = token.getJWTClaimsSet().getIssueTime().toInstant();
        assertThat(token.getJWTClaimsSet().getStringClaim("tenant")).isEqualTo("acme");
        assertThat(token.getJWTClaimsSet().getStringListClaim("roles"))
                .isEqualTo(List.of("editor", "viewer"));
        assertThat(token.getJWTClaimsSet().getExpirationTime().toInstant())
                .isEqualTo(issued.plus(Duration.ofMinutes(30)));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void namesOptionValueAndExpectationWhereTheCommandLineIsWrong() {
        assertThat(run("token", "--tenant", "No Tenant")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("token", "--role", "root")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("token", "--ttl", "soon")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("token", "--ttl", "9999d")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("watch", "s", "--where", "host")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("watch", "s", "--where", "a=1", "--where", "a=2"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(run("watch", "s", "--url", "localhost")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("up", "--port", "65536")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("up", "--port", "9092")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("nonsense")).isEqualTo(ExitCodes.USAGE);
        assertThat(run()).isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString())
                .contains(
                        "--tenant: No Tenant (expected: lower-case letters",
                        "--role: root (expected: viewer, editor, admin, operator)",
                        "--ttl: soon (expected: a duration such as 30m, 12h or 7d)",
                        "--ttl: 9999d (expected: 1s to 366d)",
                        "--where: host (expected: dimension=value)",
                        "--where: a stands twice",
                        "--url: localhost (expected: http://host:port)",
                        "port: 65536 (expected: 0 to 65535)",
                        "port: 9092 stands twice");
    }

    @Test
    void tellsItsVersion() {
        assertThat(run("version")).isEqualTo(ExitCodes.OK);

        assertThat(out.toString()).startsWith("streamgauge 0.").contains("Java ");
    }

    @Test
    void explainsItself() {
        assertThat(run("--help")).isEqualTo(ExitCodes.OK);

        assertThat(out.toString()).contains("up ", "watch ", "token ", "version ", "Exit status");
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        System.setProperty("streamgauge.data-dir", dataDir.toString());
        try {
            return commandLine.execute(arguments);
        } finally {
            System.clearProperty("streamgauge.data-dir");
        }
    }
}
