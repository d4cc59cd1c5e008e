package io.streamgauge.control.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * What is logged meanwhile, as it would be written, with stack traces: of our own packages down to
 * DEBUG, and what the server's own logging has on.
 */
public final class CapturedLog implements AutoCloseable {

    private static final String OURS = "io.streamgauge";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final LoggerConfig logger = context.getConfiguration().getLoggerConfig(OURS);
    private final Level level = logger.getLevel();
    private final Capturing appender = new Capturing();
    private final CapturingHandler handler = new CapturingHandler();

    public CapturedLog() {
        appender.start();
        logger.addAppender(appender, Level.DEBUG, null);
        logger.setAdditive(false); // the console need not have it all
        logger.setLevel(Level.DEBUG);
        context.updateLoggers();
        java.util.logging.Logger.getLogger("").addHandler(handler);
    }

    /** One string for each event. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Events that contain a text. */
    public List<String> lines(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        java.util.logging.Logger.getLogger("").removeHandler(handler);
        logger.removeAppender(appender.getName());
        logger.setAdditive(true);
        logger.setLevel(level);
        context.updateLoggers();
        appender.stop();
    }

    private final class Capturing extends AbstractAppender {

        Capturing() {
            super(
                    "captured",
                    null,
                    PatternLayout.newBuilder().withPattern("%p %c %X %m%n%throwable{full}").build(),
                    false,
                    Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            lines.add((String) getLayout().toSerializable(event));
        }
    }

    private final class CapturingHandler extends Handler {

        @Override
        public void publish(LogRecord event) {
            Throwable thrown = event.getThrown();
            lines.add(
                    "%s %s %s %s"
                            .formatted(
                                    event.getLevel(),
                                    event.getLoggerName(),
                                    event.getMessage(),
                                    thrown == null ? "" : thrown));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
