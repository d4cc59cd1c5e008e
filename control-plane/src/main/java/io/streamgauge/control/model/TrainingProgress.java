package io.streamgauge.control.model;

/** Is told how far a training has come, and may end it by throwing {@link Stopped}. */
@FunctionalInterface
interface TrainingProgress {

    /** The training is to end without a result. */
    final class Stopped extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /**
     * @param share from 0 to 1
     * @throws Stopped where it shall not go on
     */
    void at(double share);
}
