package io.streamgauge.contracts.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** What the language forbids beyond what CEL's parser and checker do. */
final class Shape {

    private Shape() {}

    /** The expressions that another consists of. */
    static Stream<CelExpr> children(CelExpr expr) {
        return switch (expr.getKind()) {
            case SELECT -> Stream.of(expr.select().operand());
            case CALL -> Stream.concat(expr.call().target().stream(), expr.call().args().stream());
            case LIST -> expr.list().elements().stream();
            case MAP ->
                    expr.map().entries().stream().flatMap(it -> Stream.of(it.key(), it.value()));
            case COMPREHENSION ->
                    Stream.of(
                            expr.comprehension().iterRange(),
                            expr.comprehension().accuInit(),
                            expr.comprehension().loopCondition(),
                            expr.comprehension().loopStep(),
                            expr.comprehension().result());
            case CONSTANT, IDENT, STRUCT, NOT_SET -> Stream.of();
        };
    }

    /** The expression and all below it. */
    static List<CelExpr> all(CelExpr root) {
        List<CelExpr> all = new ArrayList<>(List.of(root));
        for (int i = 0; i < all.size(); i++) {
            children(all.get(i)).forEach(all::add);
        }
        return all;
    }

    /**
     * Whether an expression is nested deeper than recursion over it should be. Itself recurs not.
     */
    static boolean isDeeperThan(CelExpr root, int limit) {
        List<CelExpr> level = List.of(root);
        for (int depth = 1; !level.isEmpty(); depth++) {
            if (depth > limit) {
                return true;
            }
            level = level.stream().flatMap(Shape::children).toList();
        }
        return false;
    }

    /**
     * Checks a type-checked expression.
     *
     * @param problems takes what is wrong, and where
     */
    static void check(CelAbstractSyntaxTree checked, BiConsumer<CelExpr, String> problems) {
        for (CelExpr expr : all(checked.getExpr())) {
            checked.getType(expr.id())
                    .flatMap(Shape::problem)
                    .ifPresent(it -> problems.accept(expr, it));
            if (isMixed(expr, checked)) {
                problems.accept(expr, "elements of different types (expected: one type)");
            }
            regex(expr).flatMap(Shape::regexProblem).ifPresent(it -> problems.accept(expr, it));
        }
    }

    /**
     * Lists of lists can be made to share their parts so that comparing two of them takes for ever.
     */
    private static Optional<String> problem(CelType type) {
        if (type.kind() == CelKind.BYTES) {
            return Optional.of("bytes (expected: a string)");
        }
        if (type.kind() != CelKind.LIST && type.kind() != CelKind.MAP) {
            return Optional.empty();
        }
        List<CelType> parameters = type.parameters();
        if (parameters.stream()
                .anyMatch(it -> it.kind() == CelKind.LIST || it.kind() == CelKind.MAP)) {
            return Optional.of("a list or map within a list or map (expected: plain values)");
        }
        boolean isMapOfTexts =
                type.kind() != CelKind.MAP
                        || parameters.getFirst().kind() == CelKind.STRING
                        || parameters.getFirst().kind() == CelKind.DYN;
        return isMapOfTexts ? Optional.empty() : Optional.of("keys of a map that are no strings");
    }

    private static boolean isMixed(CelExpr expr, CelAbstractSyntaxTree checked) {
        boolean isLiteral =
                switch (expr.getKind()) {
                    case LIST -> !expr.list().elements().isEmpty();
                    case MAP -> !expr.map().entries().isEmpty();
                    default -> false;
                };
        return isLiteral
                && checked.getType(expr.id()).stream()
                        .flatMap(type -> type.parameters().stream())
                        .anyMatch(type -> type.kind() == CelKind.DYN);
    }

    private static Optional<String> regex(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.CALL
                        && expr.call().function().equals("matches")
                        && Terms.constant(expr.call().args().getLast()).orElse(null)
                                instanceof String regex
                ? Optional.of(regex)
                : Optional.empty();
    }

    private static Optional<String> regexProblem(String regex) {
        if (regex.length() > ExpressionCompiler.MAX_REGEX_CHARACTERS) {
            return Optional.of(
                    "regular expression of %d characters (expected: at most %d)"
                            .formatted(regex.length(), ExpressionCompiler.MAX_REGEX_CHARACTERS));
        }
        try {
            Pattern.compile(regex);
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of("not a regular expression of RE2: " + e.getDescription());
        }
    }
}
