package io.streamgauge.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Kafka's configuration for a node that shares a laptop with everything else. */
final class NodeSettings {

    private NodeSettings() {}

    static Map<String, String> of(Path dataDir, int clientPort, int controllerPort) {
        Map<String, String> settings = new LinkedHashMap<>();
        identity(settings, dataDir, clientPort, controllerPort);
        oneReplica(settings);
        smallFootprint(settings);
        promptness(settings);
        return settings;
    }

    private static void identity(
            Map<String, String> settings, Path dataDir, int clientPort, int controllerPort) {
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", String.valueOf(EmbeddedKafka.NODE_ID));
        settings.put("log.dirs", dataDir.toString());
        settings.put(
                "listeners",
                "%s://127.0.0.1:%d,%s://127.0.0.1:%d"
                        .formatted(
                                EmbeddedKafka.CLIENT_LISTENER,
                                clientPort,
                                EmbeddedKafka.CONTROLLER_LISTENER,
                                controllerPort));
        settings.put(
                "listener.security.protocol.map",
                "%s:PLAINTEXT,%s:PLAINTEXT"
                        .formatted(
                                EmbeddedKafka.CLIENT_LISTENER, EmbeddedKafka.CONTROLLER_LISTENER));
        settings.put("inter.broker.listener.name", EmbeddedKafka.CLIENT_LISTENER);
        settings.put("controller.listener.names", EmbeddedKafka.CONTROLLER_LISTENER);
        settings.put(
                "controller.quorum.voters",
                "%d@127.0.0.1:%d".formatted(EmbeddedKafka.NODE_ID, controllerPort));
        settings.put("auto.create.topics.enable", "false");
    }

    private static void oneReplica(Map<String, String> settings) {
        settings.put("default.replication.factor", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "2");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
    }

    private static void smallFootprint(Map<String, String> settings) {
        settings.put("num.network.threads", "1");
        settings.put("num.io.threads", "3");
        settings.put("num.replica.fetchers", "1");
        settings.put("num.recovery.threads.per.data.dir", "2");
        settings.put("background.threads", "2");
        settings.put("group.coordinator.threads", "1");
        settings.put("share.coordinator.threads", "1");
        settings.put("log.cleaner.threads", "1");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.put("log.cleaner.io.buffer.size", "131072");
        settings.put("offsets.load.buffer.size", "262144");
        settings.put("transaction.state.log.load.buffer.size", "262144");
        // The last segment of every partition is read whole after a crash.
        settings.put("log.segment.bytes", "67108864");
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("offsets.topic.segment.bytes", "8388608");
        settings.put("transaction.state.log.segment.bytes", "8388608");
        settings.put("metadata.log.segment.bytes", "16777216");
        settings.put("metadata.max.retention.bytes", "33554432");
    }

    private static void promptness(Map<String, String> settings) {
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After a hard stop the node registers again only once its former session has ended.
        settings.put("broker.heartbeat.interval.ms", "500");
        settings.put("broker.session.timeout.ms", "3000");
        // Nobody else can lead; do not wait for other votes.
        settings.put("controller.quorum.election.timeout.ms", "500");
        settings.put("controller.quorum.fetch.timeout.ms", "1000");
        settings.put("controlled.shutdown.enable", "true");
        settings.put("log.flush.start.offset.checkpoint.interval.ms", "10000");
        settings.put("log.flush.offset.checkpoint.interval.ms", "10000");
    }
}
