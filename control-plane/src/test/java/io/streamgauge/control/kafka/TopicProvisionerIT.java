package io.streamgauge.control.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.testing.Backends;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicProvisionerIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    @Test
    void makesTheTopicsThatAreMissing() throws Exception {
        KafkaConfig config = BACKENDS.kafka();

        TopicProvisioner.provision(config);

        try (Admin admin = KafkaClients.admin(config, "test")) {
            assertThat(setting(admin, config.topics().events(), "message.timestamp.type"))
                    .isEqualTo("LogAppendTime");
            assertThat(setting(admin, config.topics().events(), "retention.ms"))
                    .isEqualTo("3600000");
            assertThat(setting(admin, config.topics().control(), "cleanup.policy"))
                    .isEqualTo("compact");
            assertThat(partitions(admin, config.topics().control())).isEqualTo(1);
            assertThat(partitions(admin, config.topics().events())).isEqualTo(3);
            assertThat(partitions(admin, config.topics().aggregates())).isEqualTo(3);
            assertThat(partitions(admin, config.topics().late())).isEqualTo(3);
            assertThat(setting(admin, config.topics().alerts(), "cleanup.policy"))
                    .isEqualTo("delete");
            assertThat(setting(admin, config.topics().alerts(), "retention.ms"))
                    .isEqualTo("3600000");
            assertThat(setting(admin, config.topics().alertStatus(), "cleanup.policy"))
                    .isEqualTo("compact");
            assertThat(setting(admin, config.topics().detectionStatus(), "cleanup.policy"))
                    .isEqualTo("compact");
            assertThat(setting(admin, config.topics().queries(), "retention.ms"))
                    .isEqualTo("600000");
            assertThat(setting(admin, config.topics().answers(), "retention.ms"))
                    .isEqualTo("600000");
            assertThat(partitions(admin, config.topics().anomalies())).isEqualTo(3);
        }
    }

    @Test
    void leavesExistingTopicsAsTheyAre() throws Exception {
        KafkaConfig config = BACKENDS.kafka();
        try (Admin admin = KafkaClients.admin(config, "test")) {
            create(
                    admin,
                    new NewTopic(config.topics().events(), 7, (short) 1)
                            .configs(
                                    Map.of(
                                            "message.timestamp.type",
                                            "LogAppendTime",
                                            "retention.ms",
                                            "12345678")));

            TopicProvisioner.provision(config);

            assertThat(partitions(admin, config.topics().events())).isEqualTo(7);
            assertThat(setting(admin, config.topics().events(), "retention.ms"))
                    .isEqualTo("12345678");
        }
    }

    @Test
    void refusesTopicsThatWouldMakeThePlatformGoWrong() throws Exception {
        KafkaConfig config = BACKENDS.kafka();
        try (Admin admin = KafkaClients.admin(config, "test")) {
            create(admin, new NewTopic(config.topics().events(), 3, (short) 1));
            create(admin, new NewTopic(config.topics().control(), 2, (short) 1));
        }

        assertThatThrownBy(() -> TopicProvisioner.provision(config))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "topic %s: message.timestamp.type: CreateTime (expected: LogAppendTime)"
                                .formatted(config.topics().events()))
                .hasMessageContaining(
                        "topic %s: cleanup.policy: delete (expected: compact)"
                                .formatted(config.topics().control()))
                .hasMessageContaining(
                        "topic %s: partitions: 2 (expected: 1)"
                                .formatted(config.topics().control()));
    }

    @Test
    void mayRunSeveralTimesAtOnce() throws Exception {
        KafkaConfig config = BACKENDS.kafka();
        Callable<Boolean> provisioning =
                () -> {
                    TopicProvisioner.provision(config);
                    return true;
                };

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> done :
                    threads.invokeAll(List.of(provisioning, provisioning, provisioning))) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    private static void create(Admin admin, NewTopic topic) throws Exception {
        admin.createTopics(List.of(topic)).all().get();
        // The controller has it; the broker that is asked learns of it a moment later.
        await().ignoreExceptions().until(() -> partitions(admin, topic.name()) > 0);
    }

    private static int partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
    }

    private static String setting(Admin admin, String topic, String name) throws Exception {
        Map<ConfigResource, Config> configs =
                admin.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, topic)))
                        .all()
                        .get();
        return configs.values().iterator().next().get(name).value();
    }
}
