package io.streamgauge.detection;

/**
 * What one feature added to a score.
 *
 * @param feature that was looked at: a channel such as {@code seasonal} or {@code level}, or a
 *     measure where a model judged several
 * @param rarity of its value, at least 0: of ten to the power of this many points of the past one
 *     was as extreme
 * @param share of the whole, from 0 to 1
 */
public record Contribution(String feature, double rarity, double share) {}
