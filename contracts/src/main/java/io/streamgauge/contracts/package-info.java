/**
 * What crosses a process border: identifiers, topic names, record headers and the pieces of JSON
 * that the control plane, the Flink jobs and the clients must read alike. Knows Jackson and nothing
 * else: no HTTP, no SQL, no Kafka client, no Flink.
 */
@NullMarked
package io.streamgauge.contracts;

import org.jspecify.annotations.NullMarked;
