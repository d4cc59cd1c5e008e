package io.streamgauge.contracts.event;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;

/** Reads RFC 3339 timestamps to the millisecond, fast for the form that machines write. */
final class Timestamps {

    private static final long MILLIS_PER_DAY = 86_400_000L;

    private Timestamps() {}

    /**
     * Milliseconds since the epoch; finer fractions are cut off. Empty where the text is no
     * timestamp.
     */
    static OptionalLong parse(String text) {
        if (isUtc(text)) {
            return parseUtc(text);
        }
        int dot = text.indexOf('.');
        if (dot >= 0 && (dot + 1 == text.length() || !Character.isDigit(text.charAt(dot + 1)))) {
            return OptionalLong.empty(); // the JDK takes a dot without digits
        }
        try {
            return OptionalLong.of(
                    OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                            .toInstant()
                            .toEpochMilli());
        } catch (DateTimeException | ArithmeticException notATimestamp) {
            return OptionalLong.empty();
        }
    }

    /** Whether the text has the form {@code yyyy-MM-ddTHH:mm:ss[.f…]Z}, digits not yet checked. */
    private static boolean isUtc(String text) {
        int length = text.length();
        return length >= 20
                && length <= 30
                && text.charAt(length - 1) == 'Z'
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && (length == 20 || (text.charAt(19) == '.' && length > 21));
    }

    private static OptionalLong parseUtc(String text) {
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        int fraction = text.length() == 20 ? 0 : digits(text, 20, text.length() - 1);
        if ((year | month | day | hour | minute | second | fraction) < 0
                || hour > 23
                || minute > 59
                || second > 59) {
            return OptionalLong.empty();
        }
        long epochDay;
        try {
            epochDay = LocalDate.of(year, month, day).toEpochDay();
        } catch (DateTimeException noSuchDay) {
            return OptionalLong.empty();
        }
        int digits = text.length() == 20 ? 0 : text.length() - 21;
        int millis = fraction;
        for (int i = digits; i < 3; i++) {
            millis *= 10;
        }
        for (int i = 3; i < digits; i++) {
            millis /= 10;
        }
        return OptionalLong.of(
                epochDay * MILLIS_PER_DAY
                        + (hour * 3_600L + minute * 60L + second) * 1_000L
                        + millis);
    }

    /** The number between two positions, or -1 where there is anything but digits. Nine at most. */
    private static int digits(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
