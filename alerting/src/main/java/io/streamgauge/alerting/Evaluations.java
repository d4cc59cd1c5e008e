package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.Condition;

/** Makes evaluations, new ones and those that were written. */
class Evaluations {

    private static final int VERSION = 1;

    private final SequenceMatchers matchers = new SequenceMatchers(new SharedAnswers());

    /** What a rule knows of a key that it has not met. */
    Evaluation create(CompiledRule rule) {
        return switch (rule.spec().condition()) {
            case Condition.Threshold threshold ->
                    switch (threshold.subject()) {
                        case Condition.Subject.Raw raw -> new RawEvaluation(threshold, raw);
                        case Condition.Subject.Windowed windowed ->
                                new WindowEvaluation(WindowCondition.of(threshold, windowed));
                    };
            case Condition.Change change -> new WindowEvaluation(WindowCondition.of(change));
            case Condition.Absence absence -> new AbsenceEvaluation(absence);
            case Condition.Anomaly anomaly -> new AnomalyEvaluation(anomaly);
            case Condition.Composite composite ->
                    new CompositeEvaluation(CompositeCondition.of(rule, composite));
            case Condition.Sequence sequence -> new SequenceEvaluation(matchers.of(rule));
        };
    }

    Evaluation read(CompiledRule rule, byte[] state) {
        StateReader in = new StateReader(state);
        in.version("state of a rule", VERSION);
        return switch (rule.spec().condition()) {
            case Condition.Threshold threshold ->
                    switch (threshold.subject()) {
                        case Condition.Subject.Raw raw -> RawEvaluation.read(threshold, raw, in);
                        case Condition.Subject.Windowed windowed ->
                                WindowEvaluation.read(WindowCondition.of(threshold, windowed), in);
                    };
            case Condition.Change change -> WindowEvaluation.read(WindowCondition.of(change), in);
            case Condition.Absence absence -> AbsenceEvaluation.read(absence, in);
            case Condition.Anomaly anomaly -> AnomalyEvaluation.read(anomaly, in);
            case Condition.Composite composite ->
                    CompositeEvaluation.read(CompositeCondition.of(rule, composite), in);
            case Condition.Sequence sequence -> SequenceEvaluation.read(matchers.of(rule), in);
        };
    }

    byte[] write(Evaluation evaluation) {
        StateWriter out = new StateWriter();
        out.number(VERSION);
        evaluation.write(out);
        return out.toBytes();
    }
}
