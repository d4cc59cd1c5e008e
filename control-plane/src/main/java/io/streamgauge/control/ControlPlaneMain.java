package io.streamgauge.control;

import io.streamgauge.control.config.ControlPlaneConfigReader;
import io.streamgauge.control.config.InvalidConfigException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the control plane as a process of its own. The one argument, which can be left out, is a
 * YAML file; environment variables go before it. Ends with 2 where the configuration is wrong, with
 * 1 where the start fails.
 */
public final class ControlPlaneMain {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneMain.class);

    private static final int START_FAILED = 1;
    private static final int CONFIG_WRONG = 2;

    private ControlPlaneMain() {}

    public static void main(String[] args) throws InterruptedException {
        ControlPlane controlPlane;
        try {
            Optional<Path> file =
                    args.length == 0 ? Optional.empty() : Optional.of(Path.of(args[0]));
            controlPlane = ControlPlane.start(ControlPlaneConfigReader.read(file, System.getenv()));
        } catch (InvalidConfigException e) {
            e.problems().forEach(problem -> LOG.error("configuration: {}", problem));
            System.exit(CONFIG_WRONG);
            return;
        } catch (RuntimeException e) {
            LOG.error("the control plane could not start", e);
            System.exit(START_FAILED);
            return;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("control-plane-stop")
                                .unstarted(
                                        () -> {
                                            controlPlane.close();
                                            stopped.countDown();
                                        }));
        LOG.info("the control plane serves port {}", controlPlane.port());
        stopped.await();
    }
}
