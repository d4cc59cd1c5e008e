/**
 * The registry of models that detect anomalies, and their training: from stored results, in the
 * background, on demand and once in a while. How a model is made is the business of {@code
 * model-training}, which knows nothing of where a history comes from.
 */
@NullMarked
package io.streamgauge.control.model;

import org.jspecify.annotations.NullMarked;
