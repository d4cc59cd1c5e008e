package io.streamgauge.local.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the signals that end a process, so that it stops in its own order. The usual way, a
 * shutdown hook, runs beside the hooks of the libraries: Flink's and Helidon's would take away
 * files and connections that an orderly stop still needs.
 *
 * <p>Done by reflection: {@code sun.misc.Signal}, of the supported module {@code jdk.unsupported},
 * cannot be named without a compiler warning that nothing silences.
 */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private static final List<String> ENDING = List.of("INT", "TERM", "HUP");

    private Signals() {}

    /**
     * Calls an action, on a thread of the JVM's own, for each signal that asks the process to end.
     * Where the platform does not allow that, such signals end the process as usual.
     */
    static void onEnd(Runnable action) {
        for (String name : ENDING) {
            try {
                handle(name, action);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                LOG.warn("signal {} will not stop this process in good order", name, e);
            }
        }
    }

    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        InvocationHandler calls =
                (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "handle" -> {
                                action.run();
                                yield null;
                            }
                            case "equals" -> proxy == arguments[0];
                            case "hashCode" -> System.identityHashCode(proxy);
                            default -> "handler of signal " + name;
                        };
        Object proxy =
                Proxy.newProxyInstance(
                        Signals.class.getClassLoader(), new Class<?>[] {handler}, calls);
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
}
