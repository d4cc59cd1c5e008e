package io.streamgauge.alerting.sequence;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import org.apache.flink.cep.nfa.DeweyNumber;
import org.apache.flink.cep.nfa.NFA;
import org.apache.flink.cep.nfa.sharedbuffer.Lockable;
import org.apache.flink.cep.nfa.sharedbuffer.NodeId;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferEdge;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of flink-cep's classes that have no public getter and yet are part of a state or
 * decide when it ends. Its own serializers would give most of them, in a form that is several times
 * as large and changes with Flink's version. A Flink that has other fields fails when this class is
 * loaded, which every test of this package does.
 */
final class CepInternals {

    private static final MethodHandle WINDOW_TIMES = getter(NFA.class, "windowTimes", Map.class);
    private static final MethodHandle REFERENCES = getter(Lockable.class, "refCounter", int.class);
    private static final MethodHandle EDGE_TARGET =
            getter(SharedBufferEdge.class, "target", NodeId.class);
    private static final MethodHandle EDGE_VERSION =
            getter(SharedBufferEdge.class, "deweyNumber", DeweyNumber.class);
    private static final MethodHandle DIGITS =
            getter(DeweyNumber.class, "deweyNumber", int[].class);
    private static final MethodHandle NEW_VERSION = versionConstructor();

    private CepInternals() {}

    /** The longest time since the previous event, by state; only for the states that have one. */
    @SuppressWarnings("unchecked")
    static Map<String, Long> windowTimes(NFA<?> nfa) {
        try {
            return Map.copyOf(
                    (Map<String, Long>) (Map<?, ?>) WINDOW_TIMES.invokeExact((NFA<?>) nfa));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int references(Lockable<?> lockable) {
        try {
            return (int) REFERENCES.invokeExact((Lockable<?>) lockable);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The node that an edge leads to; null at the first event of a match. */
    static @Nullable NodeId target(SharedBufferEdge edge) {
        try {
            return (NodeId) EDGE_TARGET.invokeExact(edge);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static DeweyNumber version(SharedBufferEdge edge) {
        try {
            return (DeweyNumber) EDGE_VERSION.invokeExact(edge);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The digits of a version, not a copy. */
    static int[] digits(DeweyNumber version) {
        try {
            return (int[]) DIGITS.invokeExact(version);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static DeweyNumber version(int[] digits) {
        try {
            return (DeweyNumber) NEW_VERSION.invokeExact(digits);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MethodHandle getter(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .findGetter(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    owner.getName() + "." + name + ": not there (expected: flink-cep 2.3)", e);
        }
    }

    private static MethodHandle versionConstructor() {
        try {
            return MethodHandles.privateLookupIn(DeweyNumber.class, MethodHandles.lookup())
                    .findConstructor(
                            DeweyNumber.class, MethodType.methodType(void.class, int[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    DeweyNumber.class.getName()
                            + ": no constructor of digits (expected: flink-cep 2.3)",
                    e);
        }
    }

    private static IllegalStateException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
