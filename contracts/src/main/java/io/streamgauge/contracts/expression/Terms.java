package io.streamgauge.contracts.expression;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.List;
import java.util.Optional;

/** Reads the shapes of expressions that are treated apart: fields of the event, and constants. */
final class Terms {

    private Terms() {}

    /** The field, where the expression is {@code event.<field>}. */
    static Optional<String> field(CelExpr expr) {
        return isEventSelect(expr) && !expr.select().testOnly()
                ? Optional.of(expr.select().field())
                : Optional.empty();
    }

    /** The field, where the expression is {@code has(event.<field>)}. */
    static Optional<String> presence(CelExpr expr) {
        return isEventSelect(expr) && expr.select().testOnly()
                ? Optional.of(expr.select().field())
                : Optional.empty();
    }

    private static boolean isEventSelect(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.SELECT
                && isIdent(expr.select().operand(), Schema.EVENT);
    }

    static boolean isIdent(CelExpr expr, String name) {
        return expr.getKind() == CelExpr.ExprKind.Kind.IDENT && expr.ident().name().equals(name);
    }

    /** Whether the expression calls an operator or a function that is no method. */
    static boolean isCall(CelExpr expr, String function, int arguments) {
        return expr.getKind() == CelExpr.ExprKind.Kind.CALL
                && expr.call().function().equals(function)
                && expr.call().target().isEmpty()
                && expr.call().args().size() == arguments;
    }

    static List<CelExpr> arguments(CelExpr call) {
        return call.call().args();
    }

    /** A {@link Double}, {@link String} or {@link Boolean}, where the expression is one. */
    static Optional<Object> constant(CelExpr expr) {
        if (expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT) {
            CelConstant constant = expr.constant();
            return switch (constant.getKind()) {
                case DOUBLE_VALUE -> Optional.of(positiveZero(constant.doubleValue()));
                case STRING_VALUE -> Optional.of(constant.stringValue());
                case BOOLEAN_VALUE -> Optional.of(constant.booleanValue());
                default -> Optional.empty();
            };
        }
        if (isCall(expr, "-_", 1)) {
            return number(arguments(expr).getFirst()).map(it -> positiveZero(-it));
        }
        return arithmetic(expr);
    }

    /** Arithmetic of constants alone, where its value is finite. */
    private static Optional<Object> arithmetic(CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.CALL || expr.call().args().size() != 2) {
            return Optional.empty();
        }
        Optional<Double> left = number(arguments(expr).getFirst());
        Optional<Double> right = number(arguments(expr).getLast());
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        double a = left.get();
        double b = right.get();
        double value =
                switch (expr.call().function()) {
                    case "_+_" -> a + b;
                    case "_-_" -> a - b;
                    case "_*_" -> a * b;
                    case "_/_" -> b == 0 ? Double.NaN : a / b;
                    default -> Double.NaN;
                };
        return Double.isFinite(value) ? Optional.of(positiveZero(value)) : Optional.empty();
    }

    static Optional<Double> number(CelExpr expr) {
        return constant(expr).filter(Double.class::isInstance).map(Double.class::cast);
    }

    private static double positiveZero(double value) {
        return value == 0 ? 0.0 : value;
    }

    /** The comparison with its operands the other way round; empty where there is none. */
    static Optional<String> mirrored(String operator) {
        return switch (operator) {
            case "_==_", "_!=_" -> Optional.of(operator);
            case "_<_" -> Optional.of("_>_");
            case "_<=_" -> Optional.of("_>=_");
            case "_>_" -> Optional.of("_<_");
            case "_>=_" -> Optional.of("_<=_");
            default -> Optional.empty();
        };
    }

    /**
     * The comparison of two operands with the constant one, if there is one, on the right.
     *
     * @param operator as CEL calls it, such as {@code _<_}
     */
    record Comparison(String operator, CelExpr left, CelExpr right) {

        static Optional<Comparison> of(CelExpr expr) {
            if (expr.getKind() != CelExpr.ExprKind.Kind.CALL
                    || expr.call().args().size() != 2
                    || expr.call().target().isPresent()) {
                return Optional.empty();
            }
            String operator = expr.call().function();
            CelExpr left = arguments(expr).getFirst();
            CelExpr right = arguments(expr).getLast();
            return mirrored(operator)
                    .map(
                            mirrored ->
                                    constant(left).isPresent() && constant(right).isEmpty()
                                            ? new Comparison(mirrored, right, left)
                                            : new Comparison(operator, left, right));
        }
    }
}
