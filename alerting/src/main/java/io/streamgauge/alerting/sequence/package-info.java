/**
 * Runs sequences of events with the automaton of flink-cep, over memory that is saved as one blob
 * of bytes per key. The only package that knows flink-cep: its classes are public but no stable
 * API, so whoever changes Flink's version finds here all that can break. Knows nothing of Flink's
 * runtime, of alerts' lifecycles or of where blobs are kept.
 */
@NullMarked
package io.streamgauge.alerting.sequence;

import org.jspecify.annotations.NullMarked;
