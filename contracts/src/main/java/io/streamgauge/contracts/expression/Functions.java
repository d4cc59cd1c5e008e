package io.streamgauge.contracts.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.runtime.CelFunctionBinding;
import io.streamgauge.contracts.event.EventRow;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Functions of the language that are ours: those that CEL has for whole numbers only, those that it
 * has without a bound, and sums over lists. Their names are CEL's where CEL has them.
 */
@SuppressWarnings("Immutable") // what the functions share is a cache, safe for several threads
final class Functions {

    /** Longest text that an expression can make; events have none that are longer. */
    private static final int MAX_CHARACTERS = 64 * 1024;

    /** How many regular expressions are kept compiled. */
    private static final int MAX_PATTERNS = 256;

    private static final CelType NUMBER = SimpleType.DOUBLE;
    private static final CelType STRING = SimpleType.STRING;
    private static final TypeParamType ANY = TypeParamType.create("A");
    private static final CelType NUMBERS = ListType.create(NUMBER);
    private static final CelType ANY_LIST = ListType.create(ANY);
    private static final CelType ANY_MAP = MapType.create(STRING, ANY);

    private final List<Function> functions = new ArrayList<>();

    /** Compiling one takes far longer than matching; the texts are those of conditions. */
    private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

    Functions() {
        arithmetic();
        lists();
        texts();
        times();
    }

    List<Function> all() {
        return List.copyOf(functions);
    }

    private void arithmetic() {
        binary("_/_", NUMBER, NUMBER, NUMBER, Double.class, Double.class, Functions::quotient);
        binary("_%_", NUMBER, NUMBER, NUMBER, Double.class, Double.class, Functions::remainder);
        unary("int", "sg_int", false, NUMBER, NUMBER, Double.class, Functions::truncated);
        unary("abs", "sg_abs", false, NUMBER, NUMBER, Double.class, Math::abs);
    }

    private void lists() {
        either("size", NUMBER, ANY_LIST, List.class, "list", list -> (double) list.size());
        either("size", NUMBER, ANY_MAP, Map.class, "map", map -> (double) map.size());
        binary("_[_]", ANY, ANY_LIST, NUMBER, List.class, Double.class, Functions::element);
        either("sum", NUMBER, NUMBERS, List.class, "list", Functions::sum);
        either("avg", NUMBER, NUMBERS, List.class, "list", Functions::average);
        either("min", NUMBER, NUMBERS, List.class, "list", Functions::min);
        either("max", NUMBER, NUMBERS, List.class, "list", Functions::max);
    }

    private void texts() {
        either(
                "size",
                NUMBER,
                STRING,
                String.class,
                "string",
                text -> (double) text.codePointCount(0, text.length()));
        binary("_+_", STRING, STRING, STRING, String.class, String.class, Functions::joined);
        unary("string", "sg_string", false, STRING, NUMBER, Double.class, EventRow::text);
        CelOverloadDecl matches =
                CelOverloadDecl.newGlobalOverload("sg_matches", SimpleType.BOOL, STRING, STRING);
        CelOverloadDecl member =
                CelOverloadDecl.newMemberOverload(
                        "sg_matches_member", SimpleType.BOOL, STRING, STRING);
        for (CelOverloadDecl declaration : List.of(matches, member)) {
            add(
                    "matches",
                    declaration,
                    CelFunctionBinding.from(
                            declaration.overloadId(), String.class, String.class, this::matches));
        }
    }

    private void times() {
        time("getFullYear", ZonedDateTime::getYear, null);
        time("getMonth", time -> time.getMonthValue() - 1, null);
        time("getDate", ZonedDateTime::getDayOfMonth, null);
        time("getDayOfMonth", time -> time.getDayOfMonth() - 1, null);
        time("getDayOfWeek", time -> time.getDayOfWeek().getValue() % 7, null);
        time("getDayOfYear", time -> time.getDayOfYear() - 1, null);
        time("getHours", ZonedDateTime::getHour, duration -> duration.toHours());
        time("getMinutes", ZonedDateTime::getMinute, duration -> duration.toMinutes());
        time("getSeconds", ZonedDateTime::getSecond, duration -> duration.toSeconds());
        time(
                "getMilliseconds",
                time -> time.get(ChronoField.MILLI_OF_SECOND),
                duration -> duration.toMillisPart());
    }

    private void time(
            String name,
            ToDoubleFunction<ZonedDateTime> ofTime,
            @Nullable ToDoubleFunction<Duration> ofDuration) {
        unary(
                name,
                "sg_" + name,
                true,
                NUMBER,
                SimpleType.TIMESTAMP,
                Instant.class,
                time -> ofTime.applyAsDouble(time.atZone(ZoneOffset.UTC)));
        String id = "sg_" + name + "_zone";
        add(
                name,
                CelOverloadDecl.newMemberOverload(id, NUMBER, SimpleType.TIMESTAMP, STRING),
                CelFunctionBinding.from(
                        id,
                        Instant.class,
                        String.class,
                        (time, zone) -> ofTime.applyAsDouble(time.atZone(zone(zone)))));
        if (ofDuration != null) {
            unary(
                    name,
                    "sg_" + name + "_duration",
                    true,
                    NUMBER,
                    SimpleType.DURATION,
                    Duration.class,
                    ofDuration::applyAsDouble);
        }
    }

    private interface Unary<T> {
        Object apply(T value);
    }

    private interface Binary<T, U> {
        Object apply(T left, U right);
    }

    /** As a function, {@code size(x)}, and as a method, {@code x.size()}. */
    private <T> void either(
            String name, CelType result, CelType type, Class<T> raw, String of, Unary<T> body) {
        unary(name, "sg_" + name + "_" + of, false, result, type, raw, body);
        unary(name, "sg_" + name + "_" + of + "_member", true, result, type, raw, body);
    }

    private <T> void unary(
            String name,
            String id,
            boolean member,
            CelType result,
            CelType type,
            Class<T> raw,
            Unary<T> body) {
        add(
                name,
                member
                        ? CelOverloadDecl.newMemberOverload(id, result, type)
                        : CelOverloadDecl.newGlobalOverload(id, result, type),
                CelFunctionBinding.from(id, raw, body::apply));
    }

    private <T, U> void binary(
            String name,
            CelType result,
            CelType left,
            CelType right,
            Class<T> rawLeft,
            Class<U> rawRight,
            Binary<T, U> body) {
        String id = "sg_" + name + "_" + rawLeft.getSimpleName();
        add(
                name,
                CelOverloadDecl.newGlobalOverload(id, result, left, right),
                CelFunctionBinding.from(id, rawLeft, rawRight, body::apply));
    }

    private void add(String name, CelOverloadDecl declaration, CelFunctionBinding binding) {
        functions.add(new Function(name, declaration, binding));
    }

    private boolean matches(String text, String regex) {
        Pattern pattern = patterns.get(regex);
        if (pattern == null) {
            pattern = pattern(regex);
            if (patterns.size() < MAX_PATTERNS) {
                patterns.put(regex, pattern);
            }
        }
        return pattern.matcher(text).find();
    }

    private static Pattern pattern(String regex) {
        if (regex.length() > ExpressionCompiler.MAX_REGEX_CHARACTERS) {
            throw Failure.of(
                    "regular expression of %d characters (expected: at most %d)"
                            .formatted(regex.length(), ExpressionCompiler.MAX_REGEX_CHARACTERS));
        }
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw Failure.of("not a regular expression of RE2");
        }
    }

    private static double quotient(double a, double b) {
        if (b == 0) {
            throw Failure.of("division by zero");
        }
        return a / b;
    }

    private static double remainder(double a, double b) {
        if (b == 0) {
            throw Failure.of("division by zero");
        }
        return a % b;
    }

    private static double truncated(double value) {
        return value < 0 ? Math.ceil(value) : Math.floor(value);
    }

    private static Object element(List<?> list, double index) {
        int at = (int) index;
        if (at != index) {
            throw Failure.of("index %s (expected: a whole number)".formatted(index));
        }
        if (at < 0 || at >= list.size()) {
            throw Failure.of(
                    "index %d of a list of %d (expected: 0 to %d)"
                            .formatted(at, list.size(), list.size() - 1));
        }
        return list.get(at);
    }

    /** Doubled again and again, {@code [s].map(x, x + x)}, a text would fill the memory. */
    private static String joined(String a, String b) {
        if (a.length() + b.length() > MAX_CHARACTERS) {
            throw Failure.of(
                    "a text of %d characters (expected: at most %d)"
                            .formatted(a.length() + b.length(), MAX_CHARACTERS));
        }
        return a + b;
    }

    private static double sum(List<?> numbers) {
        double sum = 0;
        for (Object number : numbers) {
            sum += (Double) number;
        }
        return sum;
    }

    private static double average(List<?> numbers) {
        return sum(notEmpty(numbers, "avg")) / numbers.size();
    }

    private static double min(List<?> numbers) {
        double min = Double.POSITIVE_INFINITY;
        for (Object number : notEmpty(numbers, "min")) {
            min = Math.min(min, (Double) number);
        }
        return min;
    }

    private static double max(List<?> numbers) {
        double max = Double.NEGATIVE_INFINITY;
        for (Object number : notEmpty(numbers, "max")) {
            max = Math.max(max, (Double) number);
        }
        return max;
    }

    private static List<?> notEmpty(List<?> numbers, String function) {
        if (numbers.isEmpty()) {
            throw Failure.of(function + " of an empty list");
        }
        return numbers;
    }

    private static ZoneId zone(String id) {
        try {
            return ZoneId.of(id);
        } catch (DateTimeException e) {
            throw Failure.of("not a time zone (expected: such as Europe/Berlin or +02:00)");
        }
    }
}
