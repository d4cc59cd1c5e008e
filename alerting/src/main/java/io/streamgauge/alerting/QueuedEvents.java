package io.streamgauge.alerting;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The form in which events wait for their turn. */
final class QueuedEvents {

    private static final int VERSION = 1;

    private QueuedEvents() {}

    /**
     * An event that waits.
     *
     * @param due when it is its turn, on the platform's clock
     * @param rules that are to judge it, those of them that are still in force then
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through; never compared
    record Waiting(long due, List<RuleKey> rules, byte[] json) {}

    static byte[] write(long due, List<RuleInForce> rules, byte[] json) {
        StateWriter out = new StateWriter();
        out.number(VERSION).number(due).number(rules.size());
        out.text(rules.getFirst().key().tenant().value());
        for (RuleInForce rule : rules) {
            UUID alert = rule.key().alert().value();
            out.uuid(alert).number(rule.key().version());
        }
        return out.bytes(json).toBytes();
    }

    static Waiting read(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.version("queued event", VERSION);
        long due = in.number();
        int size = in.integer();
        TenantId tenant = new TenantId(in.text());
        List<RuleKey> rules = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            rules.add(new RuleKey(tenant, new AlertId(in.uuid()), in.number()));
        }
        return new Waiting(due, rules, in.bytes());
    }
}
