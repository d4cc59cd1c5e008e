package io.streamgauge.control.redis;

/** What a subscriber has to forget. */
public sealed interface Invalidation {

    /** What is known under one key. */
    record Key(String key) implements Invalidation {}

    /** Everything of the topic: news may have been missed. */
    record Everything() implements Invalidation {}
}
