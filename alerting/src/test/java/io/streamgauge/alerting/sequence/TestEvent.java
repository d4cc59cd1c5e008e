package io.streamgauge.alerting.sequence;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/**
 * An event of tests, with conditions that are small enough to generate: {@code a|b} is one of the
 * kinds, {@code above:step} a value above all of an earlier step's, {@code few:step} fewer than two
 * events of it, {@code fail} throws, {@code any} is true.
 */
public record TestEvent(String key, int id, String kind, int value, long timestamp)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    static final EventCodec<TestEvent> CODEC =
            new EventCodec<>() {
                @Override
                public byte[] encode(TestEvent event) {
                    byte[] text = (event.key + ' ' + event.kind).getBytes(StandardCharsets.UTF_8);
                    return ByteBuffer.allocate(16 + text.length)
                            .putInt(event.id)
                            .putInt(event.value)
                            .putLong(event.timestamp)
                            .put(text)
                            .array();
                }

                @Override
                public TestEvent decode(byte[] bytes) {
                    ByteBuffer in = ByteBuffer.wrap(bytes);
                    int id = in.getInt();
                    int value = in.getInt();
                    long timestamp = in.getLong();
                    String[] text = StandardCharsets.UTF_8.decode(in).toString().split(" ", -1);
                    return new TestEvent(text[0], id, text[1], value, timestamp);
                }
            };

    static boolean test(
            String expression, TestEvent event, Function<String, List<TestEvent>> earlier) {
        for (String term : expression.split("&", -1)) {
            if (!testTerm(term, event, earlier)) {
                return false;
            }
        }
        return true;
    }

    private static boolean testTerm(
            String term, TestEvent event, Function<String, List<TestEvent>> earlier) {
        if (term.equals("any")) {
            return true;
        }
        if (term.equals("fail")) {
            throw new ArithmeticException("division by zero");
        }
        if (term.startsWith("above:")) {
            return earlier.apply(term.substring(6)).stream()
                    .allMatch(before -> event.value > before.value);
        }
        if (term.startsWith("few:")) {
            return earlier.apply(term.substring(4)).size() < 2;
        }
        return List.of(term.split("\\|", -1)).contains(event.kind);
    }

    static StepCondition<TestEvent> condition(String expression) {
        boolean reads = expression.contains(":");
        return new StepCondition<>() {
            @Override
            public boolean test(TestEvent event, EarlierSteps<TestEvent> earlier) {
                return TestEvent.test(expression, event, earlier::of);
            }

            @Override
            public boolean readsEarlierSteps() {
                return reads;
            }
        };
    }

    static SequenceMatcher<TestEvent> matcher(
            io.streamgauge.contracts.alert.Condition.Sequence sequence) {
        return matcher(sequence, new SequenceWorkspace<>());
    }

    static SequenceMatcher<TestEvent> matcher(
            io.streamgauge.contracts.alert.Condition.Sequence sequence,
            SequenceWorkspace<TestEvent> workspace) {
        return SequenceMatcher.compile(
                sequence,
                (step, expression) -> condition(expression),
                (step, failure) -> {},
                CODEC,
                workspace);
    }
}
