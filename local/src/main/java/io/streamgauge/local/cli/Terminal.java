package io.streamgauge.local.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A terminal's second screen, drawn over in place. The first screen, with all that stood there, and
 * the cursor come back with close(), also where the process is interrupted.
 */
final class Terminal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Terminal.class);

    private static final String ESCAPE = "\u001b[";
    private static final String ENTER = ESCAPE + "?1049h" + ESCAPE + "?25l";
    private static final String LEAVE = ESCAPE + "?25h" + ESCAPE + "?1049l";
    private static final String HOME = ESCAPE + "H";
    private static final String CLEAR_LINE = ESCAPE + "K";
    private static final String CLEAR_BELOW = ESCAPE + "J";
    private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)\\s*");
    private static final Size USUAL = new Size(100, 30);

    private final PrintStream out;

    /** In characters. */
    record Size(int width, int height) {}

    private Terminal(PrintStream out) {
        this.out = out;
    }

    /**
     * Whether standard output is a terminal; {@code streamgauge} the script finds out, since on
     * Java 21 and 22 the library answers differently.
     */
    static boolean isThere() {
        return Boolean.getBoolean("streamgauge.terminal");
    }

    /** Turns to the second screen. */
    static Terminal open(PrintStream out) {
        out.print(ENTER);
        out.flush();
        return new Terminal(out);
    }

    /** Draws lines over what is there, in one piece, so that nothing flickers. */
    void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder(HOME);
        for (int i = 0; i < lines.size(); i++) {
            frame.append(lines.get(i)).append(CLEAR_LINE);
            if (i < lines.size() - 1) { // a line feed in the last row would scroll
                frame.append("\r\n");
            }
        }
        frame.append(CLEAR_BELOW);
        out.print(frame);
        out.flush();
    }

    /** Asks the terminal how large it is now. */
    static Size size() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            stty.waitFor(1, TimeUnit.SECONDS);
            Matcher size = SIZE.matcher(answer);
            if (size.matches()) {
                return new Size(
                        Math.max(20, Integer.parseInt(size.group(2))),
                        Math.max(6, Integer.parseInt(size.group(1))));
            }
        } catch (IOException e) {
            LOG.debug("the terminal's size is unknown", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return USUAL;
    }

    @Override
    public void close() {
        out.print(LEAVE);
        out.flush();
    }
}
