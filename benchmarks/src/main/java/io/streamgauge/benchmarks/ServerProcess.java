package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A server under measurement in a JVM of its own, with this one's options, so that what it takes
 * can be told from what its clients take. It prints what one needs to know of it as {@code NAME
 * VALUE}, and ends when its standard input does.
 */
final class ServerProcess implements AutoCloseable {

    /** The API's root. */
    static final String API = "api";

    /** A credential for it. */
    static final String TOKEN = "token";

    private static final long START_SECONDS = 120;
    private static final long END_SECONDS = 60;

    private final Process process;
    private final Map<String, CompletableFuture<String>> values =
            Map.of(API, new CompletableFuture<>(), TOKEN, new CompletableFuture<>());

    private ServerProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().name("server-output").daemon().start(this::read);
    }

    static ServerProcess start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ServerProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /**
     * What it says under a name; waits for it.
     *
     * @param name one of those above
     */
    String awaitValue(String name) throws IOException {
        try {
            return values.getOrDefault(name, new CompletableFuture<>())
                    .orTimeout(START_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IOException("the server has not said its " + name, e);
        }
    }

    /** To its end, or the server would one day wait for somebody who reads. */
    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String said = line;
                values.forEach(
                        (name, value) -> {
                            if (said.startsWith(name + ' ')) {
                                value.complete(said.substring(name.length() + 1));
                            }
                        });
            }
        } catch (IOException e) {
            System.err.println("the server's output: " + e.getMessage());
        }
        values.values().forEach(it -> it.completeExceptionally(new IOException("it has ended")));
    }

    /** The processor time that it has taken so far. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** How much memory it holds now, in MiB; 0 where the system does not say. */
    long residentMiB() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))
                    .stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // not Linux
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
