package io.streamgauge.contracts.expression;

import dev.cel.common.ast.CelExpr;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds what an expression demands of one field, where that is all that it does. */
final class Constraints {

    private Constraints() {}

    static Optional<Constraint> of(CelExpr expr) {
        Optional<String> flag = Terms.field(expr);
        if (flag.isPresent()) { // the whole is a condition, so the field is one
            return Optional.of(new Constraint.Equal(flag.get(), true));
        }
        if (Terms.isCall(expr, "!_", 1)) {
            return Terms.field(Terms.arguments(expr).getFirst())
                    .map(field -> new Constraint.Equal(field, false));
        }
        if (Terms.isCall(expr, "@in", 2)) {
            return in(Terms.arguments(expr).getFirst(), Terms.arguments(expr).getLast());
        }
        if (Terms.isCall(expr, "_||_", 2)) {
            return either(Terms.arguments(expr).getFirst(), Terms.arguments(expr).getLast());
        }
        return Terms.Comparison.of(expr).flatMap(Constraints::comparison);
    }

    private static Optional<Constraint> comparison(Terms.Comparison comparison) {
        Optional<String> field = Terms.field(comparison.left());
        Optional<Object> constant = Terms.constant(comparison.right());
        if (field.isEmpty() || constant.isEmpty()) {
            return Optional.empty();
        }
        if (comparison.operator().equals("_==_")) {
            return Optional.of(new Constraint.Equal(field.get(), constant.get()));
        }
        if (!(constant.get() instanceof Double bound)) {
            return Optional.empty();
        }
        return switch (comparison.operator()) {
            case "_<_" -> range(field.get(), Double.NEGATIVE_INFINITY, false, bound, false);
            case "_<=_" -> range(field.get(), Double.NEGATIVE_INFINITY, false, bound, true);
            case "_>_" -> range(field.get(), bound, false, Double.POSITIVE_INFINITY, false);
            case "_>=_" -> range(field.get(), bound, true, Double.POSITIVE_INFINITY, false);
            default -> Optional.empty();
        };
    }

    private static Optional<Constraint> range(
            String field, double low, boolean lowInclusive, double high, boolean highInclusive) {
        return Optional.of(new Constraint.Range(field, low, lowInclusive, high, highInclusive));
    }

    private static Optional<Constraint> in(CelExpr element, CelExpr list) {
        Optional<String> field = Terms.field(element);
        if (field.isEmpty() || list.getKind() != CelExpr.ExprKind.Kind.LIST) {
            return Optional.empty();
        }
        Set<Object> values = new HashSet<>();
        for (CelExpr expr : list.list().elements()) {
            Optional<Object> value = Terms.constant(expr);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(new Constraint.In(field.get(), values));
    }

    /** Values of one field, one or the other. */
    private static Optional<Constraint> either(CelExpr left, CelExpr right) {
        Optional<Constraint> first = of(left);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        return of(right)
                .filter(second -> second.field().equals(first.get().field()))
                .flatMap(second -> union(first.get(), second));
    }

    private static Optional<Constraint> union(Constraint first, Constraint second) {
        Set<Object> values = new HashSet<>();
        for (Constraint constraint : new Constraint[] {first, second}) {
            switch (constraint) {
                case Constraint.Equal equal -> values.add(equal.value());
                case Constraint.In in -> values.addAll(in.values());
                case Constraint.Range range -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Constraint.In(first.field(), values));
    }
}
