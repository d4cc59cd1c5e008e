package io.streamgauge.control.kafka;

import io.streamgauge.contracts.Durations;
import io.streamgauge.control.config.KafkaConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics that are missing. Existing ones are the operator's and stay as they are, but one
 * that would make the platform go wrong (events without the broker's stamp, definitions that are
 * deleted by age) stops the start.
 */
public final class TopicProvisioner {

    private static final Logger LOG = LoggerFactory.getLogger(TopicProvisioner.class);

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(30);
    private static final Duration KNOWN_POLL = Duration.ofMillis(20);

    private TopicProvisioner() {}

    /**
     * Makes sure that every topic is there, usable and served by its leaders. Several control
     * planes may do so at once.
     *
     * @throws IllegalStateException with everything that is wrong: topic, setting, value and
     *     expectation; or where Kafka cannot be reached or refuses
     */
    public static void provision(KafkaConfig config) {
        List<TopicPlan> plans = TopicPlan.of(config);
        try (Admin admin = KafkaClients.admin(config, "streamgauge-provisioner")) {
            Map<String, TopicDescription> existing = existing(admin, plans);
            check(admin, plans, existing);
            List<TopicPlan> missing =
                    plans.stream().filter(plan -> !existing.containsKey(plan.name())).toList();
            create(admin, missing);
            awaitKnown(admin, missing);
            awaitLeaders(admin, existing(admin, missing));
            if (!missing.isEmpty()) { // someone else may have made one of them, and otherwise
                check(admin, plans, existing(admin, plans));
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "topics at %s could not be provisioned: %s"
                            .formatted(config.bootstrapServers(), e.getCause()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were provisioned", e);
        }
    }

    private static Map<String, TopicDescription> existing(Admin admin, List<TopicPlan> plans)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> existing = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(plans.stream().map(TopicPlan::name).toList())
                        .topicNameValues()
                        .entrySet()) {
            try {
                existing.put(topic.getKey(), topic.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                LOG.debug("topic {} is missing", topic.getKey());
            }
        }
        return existing;
    }

    private static void check(
            Admin admin, List<TopicPlan> plans, Map<String, TopicDescription> existing)
            throws ExecutionException, InterruptedException {
        Map<ConfigResource, Config> configs =
                admin.describeConfigs(
                                existing.keySet().stream().map(TopicProvisioner::resource).toList())
                        .all()
                        .get();
        List<String> problems = new ArrayList<>();
        for (TopicPlan plan : plans) {
            TopicDescription description = existing.get(plan.name());
            Config config = configs.get(resource(plan.name()));
            if (description != null && config != null) {
                problems.addAll(plan.problems(description, config));
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException(String.join("; ", problems));
        }
    }

    private static void create(Admin admin, List<TopicPlan> plans)
            throws ExecutionException, InterruptedException {
        Map<String, KafkaFuture<Void>> results =
                admin.createTopics(plans.stream().map(TopicPlan::newTopic).toList()).values();
        for (Map.Entry<String, KafkaFuture<Void>> result : results.entrySet()) {
            try {
                result.getValue().get();
                LOG.info("created topic {}", result.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                LOG.debug("topic {} was created by someone else meanwhile", result.getKey());
            }
        }
    }

    /** The controller creates topics; the brokers that clients ask learn of them a moment later. */
    private static void awaitKnown(Admin admin, List<TopicPlan> created)
            throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + KNOWN_WITHIN.toNanos();
        while (existing(admin, created).size() < created.size()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "topics %s: created, but not known to the brokers after %s"
                                .formatted(
                                        created.stream().map(TopicPlan::name).toList(),
                                        Durations.format(KNOWN_WITHIN)));
            }
            Thread.sleep(KNOWN_POLL);
        }
    }

    /**
     * A topic is known a moment before its leaders serve it. A leader that tells its offsets takes
     * records as well; the client asks again until it does.
     */
    private static void awaitLeaders(Admin admin, Map<String, TopicDescription> created)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        created.forEach(
                (topic, description) ->
                        description
                                .partitions()
                                .forEach(
                                        partition ->
                                                ends.put(
                                                        new TopicPartition(
                                                                topic, partition.partition()),
                                                        OffsetSpec.latest())));
        var unused = admin.listOffsets(ends).all().get();
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
