package io.streamgauge.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, that a test can kill as {@code kill -9} does. */
final class ChildJvm implements AutoCloseable {

    /** What the child's main method prints, followed by a word for the test, once it is ready. */
    static final String READY = "READY ";

    private final Process process;
    private final String word;

    private ChildJvm(Process process, String word) {
        this.process = process;
        this.word = word;
    }

    /** Starts a class's main method and waits until it is ready. */
    static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return new ChildJvm(process, line.substring(READY.length()));
            }
        }
        throw new IOException(main.getSimpleName() + " ended before it was ready");
    }

    /** What the child said when it was ready. */
    String word() {
        return word;
    }

    /** Ends the child at once, without any of its hooks, and waits until it is gone. */
    void kill() throws InterruptedException, IOException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IOException("the child does not die");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
