/**
 * How the control plane meets Kafka: the settings that its clients share, and the topics that have
 * to be there. Knows no feature.
 */
@NullMarked
package io.streamgauge.control.kafka;

import org.jspecify.annotations.NullMarked;
