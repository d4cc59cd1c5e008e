package io.streamgauge.control.backtest;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.List;

/**
 * What is backtested.
 *
 * @param alert with the one version that counts, as the active one
 * @param members alerts that it is composed of
 * @param streams whose events matter to any of them
 */
record BacktestSubject(
        AlertDefinition alert, List<AlertDefinition> members, List<StreamDefinition> streams) {

    BacktestSubject {
        members = List.copyOf(members);
        streams = List.copyOf(streams);
    }
}
