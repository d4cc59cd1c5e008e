package io.streamgauge.alerting;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A match that fires.
 *
 * @param resolveAt on the platform's clock
 * @param annotations as they were rendered when it began
 */
record OpenMatch(
        UUID instance,
        long startedAt,
        long firedAt,
        long resolveAt,
        boolean timedOut,
        SortedMap<String, String> annotations) {

    private static final int VERSION = 1;

    /** The same, to fire for longer. */
    OpenMatch prolonged(long millis) {
        return new OpenMatch(
                instance, startedAt, firedAt, resolveAt + millis, timedOut, annotations);
    }

    byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.number(VERSION).uuid(instance);
        out.number(startedAt).number(firedAt - startedAt).number(resolveAt - startedAt);
        out.number(timedOut ? 1 : 0).number(annotations.size());
        annotations.forEach((name, text) -> out.text(name).text(text));
        return out.toBytes();
    }

    static OpenMatch fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.version("match", VERSION);
        UUID instance = in.uuid();
        long startedAt = in.number();
        long firedAt = startedAt + in.number();
        long resolveAt = startedAt + in.number();
        boolean timedOut = in.number() == 1;
        SortedMap<String, String> annotations = new TreeMap<>();
        for (int rest = in.integer(); rest > 0; rest--) {
            annotations.put(in.text(), in.text());
        }
        return new OpenMatch(instance, startedAt, firedAt, resolveAt, timedOut, annotations);
    }
}
