package io.streamgauge.contracts;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a misspelt name may have meant. */
public final class NearMisses {

    /** Longer names are not compared: they come from anyone. */
    private static final int MAX_CHARACTERS = 128;

    private NearMisses() {}

    /**
     * The known name that is nearest, where one is near: a character in three, at most three, may
     * be wrong, missing, too many or swapped with its neighbour. Case is of no account.
     */
    public static Optional<String> of(String name, Collection<String> known) {
        if (name.length() < 2 || name.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        int limit = Math.clamp((name.length() + 1) / 3, 1, 3);
        String folded = name.toLowerCase(Locale.ROOT);
        record Candidate(String name, int distance) {}
        return known.stream()
                .filter(it -> Math.abs(it.length() - name.length()) <= limit)
                .map(it -> new Candidate(it, distance(folded, it.toLowerCase(Locale.ROOT))))
                .filter(it -> it.distance() <= limit)
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /** {@code (did you mean x?)} with a space before it, or nothing. */
    public static String hint(String name, Collection<String> known) {
        return of(name, known).map(" (did you mean %s?)"::formatted).orElse("");
    }

    /** Optimal string alignment. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] =
                        Math.min(
                                d[i - 1][j - 1] + substitution,
                                Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
