package io.streamgauge.control.testing;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.ControlPlane;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.config.TokenConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One control plane on real backends for all tests of a JVM; tests keep apart by tenant. */
public final class RunningControlPlane implements BeforeAllCallback {

    private final Backends backends = new Backends();
    private @Nullable Running running;

    @Override
    public void beforeAll(ExtensionContext context) {
        backends.beforeAll(context);
        running =
                context.getRoot()
                        .getStore(Namespace.create(RunningControlPlane.class))
                        .computeIfAbsent(
                                Running.class, key -> new Running(backends), Running.class);
    }

    /** The backends that it works with. */
    public Backends backends() {
        return backends;
    }

    /** The issuer that it believes. */
    public TestingIssuer issuer() {
        return running().issuer;
    }

    /** How it was configured. */
    public ControlPlaneConfig config() {
        return running().config;
    }

    /** The control plane itself. */
    public ControlPlane controlPlane() {
        return running().controlPlane;
    }

    /** A client without a token. */
    public ApiClient anonymous() {
        return new ApiClient(running().controlPlane.port(), "");
    }

    /** A client with a token. */
    public ApiClient with(String token) {
        return new ApiClient(running().controlPlane.port(), token);
    }

    /** A client who may do everything within a tenant. */
    public ApiClient admin(TenantId tenant) {
        return with(issuer().token(tenant, "admin"));
    }

    /** A client who runs the platform. */
    public ApiClient operator() {
        return with(issuer().operatorToken());
    }

    /** A configuration with topics of its own, for a control plane on a free port. */
    public static ControlPlaneConfig config(Backends backends, TokenConfig token) {
        return new ControlPlaneConfig(
                HttpConfig.plain("127.0.0.1", 0),
                backends.databaseConfig(),
                backends.kafka(),
                token,
                IngestConfig.DEFAULT,
                RetentionConfig.DEFAULT,
                GatewayConfig.DEFAULT,
                RedisConfig.NONE);
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("not started (expected: @RegisterExtension, static)");
        }
        return running;
    }

    private static final class Running implements AutoCloseable {

        private final Path folder;
        private final TestingIssuer issuer = new TestingIssuer();
        private final ControlPlaneConfig config;
        private final ControlPlane controlPlane;

        /** For whoever asks the job. */
        private final AnsweringJob job;

        Running(Backends backends) {
            try {
                folder = Files.createTempDirectory("streamgauge-keys-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Path jwks = folder.resolve("jwks.json");
            issuer.publishTo(jwks);
            config = config(backends, TestingIssuer.config(jwks));
            controlPlane = ControlPlane.start(config);
            job = AnsweringJob.start(config.kafka(), AnsweringJob::pending);
        }

        @Override
        public void close() throws IOException {
            job.close();
            controlPlane.close();
            Files.deleteIfExists(folder.resolve("jwks.json"));
            Files.deleteIfExists(folder);
        }
    }
}
