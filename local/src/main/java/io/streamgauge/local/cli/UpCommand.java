package io.streamgauge.local.cli;

import io.streamgauge.local.DataDir;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import io.streamgauge.local.StartException;
import io.streamgauge.local.flink.FlinkRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs everything until it is told to stop. */
@Command(
        name = "up",
        description = {
            "Start Streamgauge and run it until Ctrl-C.",
            "All ports are of the loopback interface; 0 means any free one."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class UpCommand implements Callable<Integer> {

    private static final Duration TOKEN_TTL = Duration.ofHours(12);

    @Spec private CommandSpec spec;

    @Mixin private DataDirOption dataDir;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + LocalStackOptions.DEFAULT_HTTP_PORT,
            description = "Of the API (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--flink-port",
            paramLabel = "PORT",
            defaultValue = "" + LocalStackOptions.DEFAULT_FLINK_PORT,
            description = "Of Flink's web UI (default: ${DEFAULT-VALUE}).")
    private int flinkPort;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "" + LocalStackOptions.DEFAULT_KAFKA_PORT,
            description = "Of the Kafka broker (default: ${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Option(
            names = "--postgres-port",
            paramLabel = "PORT",
            defaultValue = "" + LocalStackOptions.DEFAULT_POSTGRES_PORT,
            description = "Of PostgreSQL (default: ${DEFAULT-VALUE}).")
    private int postgresPort;

    @Option(
            names = "--no-agent",
            description = "Do not send this machine's metrics into the stream system-metrics.")
    private boolean withoutAgent;

    /** Something ended the wait: a signal (null) or the failure of a part. */
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    private final AtomicInteger signals = new AtomicInteger();

    @Override
    public Integer call() throws IOException {
        LocalStackOptions options = options();
        DataDir folder = dataDir.dataDir();
        // Before the first logger: the logging configuration asks for it.
        System.setProperty("streamgauge.log", folder.log().toString());
        PrintWriter out = spec.commandLine().getOut();
        Signals.onEnd(this::signalled);
        long begin = System.nanoTime();
        LocalStack stack;
        try {
            stack = LocalStack.start(options, what -> say(out, step(what, begin)));
        } catch (StartException e) {
            return fail(e, ExitCodes.IN_USE);
        } catch (IOException e) {
            logger().error("the start failed", e);
            return fail(
                    new IOException(e.getMessage() + "; the log: " + folder.log(), e),
                    ExitCodes.FAILED);
        }
        int status;
        try {
            CompletableFuture<Void> failure =
                    stack.failure().thenAccept(cause -> failed(cause, folder));
            if (!end.isDone()) {
                say(out, welcome(stack, folder, begin));
            }
            status = end.get();
            failure.cancel(false);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("the wait for the end was cut short", e);
        } finally {
            stop(stack, out);
        }
        return status;
    }

    private LocalStackOptions options() {
        try {
            return new LocalStackOptions(
                    dataDir.dataDir().root(),
                    port,
                    flinkPort,
                    kafkaPort,
                    postgresPort,
                    !withoutAgent);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void signalled() {
        if (signals.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
        }
        end.complete(ExitCodes.OK);
    }

    private void failed(Throwable cause, DataDir folder) {
        if (end.complete(ExitCodes.FAILED)) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "streamgauge: %s; stopping; the log: %s"
                                    .formatted(cause.getMessage(), folder.log()));
        }
    }

    private int fail(IOException cause, int status) {
        spec.commandLine().getErr().println("streamgauge: " + cause.getMessage());
        return status;
    }

    private static void stop(LocalStack stack, PrintWriter out) {
        long begin = System.nanoTime();
        say(out, "");
        say(out, "stopping (a second Ctrl-C stops at once, and loses nothing but time)");
        stack.close(what -> say(out, "  stopping " + what));
        say(out, "stopped in %s s".formatted(seconds(begin)));
    }

    private String welcome(LocalStack stack, DataDir folder, long begin) {
        String token =
                stack.tokens().issue("demo-user", LocalStack.DEMO, Set.of("admin"), TOKEN_TTL);
        String api = stack.apiUrl().toString();
        FlinkRuntime.Status job = stack.flink().status();
        return """

        Streamgauge is ready after %s s (job %s, %d restarts).

          Dashboard, signed in as demo for 12 hours:

        %s/#token=%s

          API        %s/api/v1
          OpenAPI    %s/openapi.yaml
          Flink UI   %s
          Data, log  %s

          The same token, for the API:

        export TOKEN=%s

          Try, in another terminal, after that line:

        curl -s -H "Authorization: Bearer $TOKEN" %s/api/v1/streams
        curl -s -H "Authorization: Bearer $TOKEN" "%s/api/v1/streams/system-metrics/aggregates?window=10s&where=kind=machine&order=desc&limit=3"
        %s

        Ctrl-C stops it; the next start goes on from there.\
        """
                .formatted(
                        seconds(begin),
                        job.running() ? "running" : "not running",
                        job.restarts(),
                        api,
                        token,
                        api,
                        api,
                        stack.flinkUrl(),
                        folder.root(),
                        token,
                        api,
                        api,
                        watchCommand(folder));
    }

    /** Finds the API and makes its token by the data folder, wherever that is. */
    private static String watchCommand(DataDir folder) {
        String usual = System.getProperty("streamgauge.data-dir", "");
        String option =
                folder.root().toString().equals(usual)
                        ? ""
                        : " --data-dir '" + folder.root().toString().replace("'", "'\\''") + "'";
        return System.getProperty("streamgauge.command", "./streamgauge")
                + " watch system-metrics --where kind=machine"
                + option;
    }

    private static String step(String what, long begin) {
        return "  %5s s  %s".formatted(seconds(begin), what);
    }

    private static String seconds(long begin) {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) / 1e9);
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }

    /** Not a constant: see where {@code streamgauge.log} is set. */
    private static Logger logger() {
        return LoggerFactory.getLogger(UpCommand.class);
    }
}
