package io.streamgauge.jobs.alerting;

import io.streamgauge.contracts.expression.Constraint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Finds the ranges that a number is in without looking at those that it is not in: ranges by their
 * low end, with the highest high end of each half below its middle, as in an interval tree. Takes a
 * time of O(log n) and of the ranges found. Immutable.
 */
final class IntervalIndex {

    private final Constraint.Range[] ranges;
    private final int[] items;

    /** At the middle of a part of the array, the highest high end in that part. */
    private final double[] highest;

    /**
     * An index of ranges.
     *
     * @param items what is found by each of the ranges
     */
    IntervalIndex(List<Constraint.Range> ranges, List<Integer> items) {
        Integer[] order = new Integer[ranges.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> ranges.get(i).low()));
        this.ranges = new Constraint.Range[order.length];
        this.items = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            this.ranges[i] = ranges.get(order[i]);
            this.items[i] = items.get(order[i]);
        }
        highest = new double[order.length];
        build(0, order.length);
    }

    private double build(int from, int to) {
        if (from == to) {
            return Double.NEGATIVE_INFINITY;
        }
        int middle = (from + to) >>> 1;
        double high = Math.max(build(from, middle), build(middle + 1, to));
        highest[middle] = Math.max(high, ranges[middle].high());
        return highest[middle];
    }

    /** Gives the items of the ranges that a number is in. */
    void find(Double value, IntConsumer found) {
        find(value, value, 0, items.length, found);
    }

    private void find(Double boxed, double value, int from, int to, IntConsumer found) {
        if (from == to) {
            return;
        }
        int middle = (from + to) >>> 1;
        if (highest[middle] < value) {
            return;
        }
        find(boxed, value, from, middle, found);
        if (ranges[middle].low() > value) {
            return; // as are all behind it
        }
        if (ranges[middle].admits(boxed)) {
            found.accept(items[middle]);
        }
        find(boxed, value, middle + 1, to, found);
    }

    /** All items, in no order that means anything. Not a copy. */
    int[] items() {
        return items;
    }
}
