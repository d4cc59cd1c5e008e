package io.streamgauge.control.quota;

/**
 * Hashes series to 64 bits, without copying their text: the rounds and the constants of XXH64's
 * tail, over four characters at a time. Two series of a stream that has a hundred thousand collide
 * once in four billion times; the second would then pass as the first. The seed is drawn when the
 * process starts, so that nobody can prepare series that collide.
 */
final class SeriesHash {

    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private final long seed;

    SeriesHash(long seed) {
        this.seed = seed;
    }

    /** Never 0, which stands for nothing in {@link SeriesSet}. */
    long of(String series) {
        int length = series.length();
        long hash = seed + P5 + length;
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            hash =
                    round(
                            hash,
                            series.charAt(at)
                                    | (long) series.charAt(at + 1) << 16
                                    | (long) series.charAt(at + 2) << 32
                                    | (long) series.charAt(at + 3) << 48);
        }
        long rest = 0;
        for (; at < length; at++) {
            rest = rest << 16 | series.charAt(at);
        }
        hash = round(hash, rest);
        hash = (hash ^ hash >>> 33) * P2;
        hash = (hash ^ hash >>> 29) * P3;
        hash ^= hash >>> 32;
        return hash == 0 ? P1 : hash;
    }

    private static long round(long hash, long word) {
        return Long.rotateLeft(hash ^ Long.rotateLeft(word * P2, 31) * P1, 27) * P1 + P4;
    }
}
