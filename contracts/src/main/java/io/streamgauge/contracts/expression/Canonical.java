package io.streamgauge.contracts.expression;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes an expression in a form of its own: without the author's white space, parentheses and
 * comments, numbers as doubles, constants on the right of comparisons, bound variables named by
 * their depth. Meant to be compared, not to be parsed.
 */
final class Canonical {

    private final StringBuilder text = new StringBuilder();

    private Canonical() {}

    static String text(CelExpr expr) {
        Canonical canonical = new Canonical();
        canonical.write(expr, Scope.EMPTY);
        return canonical.text.toString();
    }

    /** Names that comprehensions around have bound, innermost first. */
    private record Scope(List<Binding> bindings) {

        static final Scope EMPTY = new Scope(List.of());

        Scope with(String name) {
            return new Scope(
                    Stream.concat(
                                    Stream.of(new Binding(name, "$" + bindings.size())),
                                    bindings.stream())
                            .toList());
        }

        String nameOf(String ident) {
            return bindings.stream()
                    .filter(it -> it.name().equals(ident))
                    .findFirst()
                    .map(Binding::canonical)
                    .orElse(ident);
        }
    }

    private record Binding(String name, String canonical) {}

    private void write(CelExpr expr, Scope scope) {
        switch (expr.getKind()) {
            case CONSTANT -> text.append(constant(expr.constant()));
            case IDENT -> text.append(scope.nameOf(expr.ident().name()));
            case SELECT -> {
                text.append(expr.select().testOnly() ? "has(" : "");
                write(expr.select().operand(), scope);
                text.append('.').append(expr.select().field());
                text.append(expr.select().testOnly() ? ")" : "");
            }
            case CALL -> call(expr, scope);
            case LIST -> list("[", expr.list().elements(), "]", scope);
            case MAP ->
                    list(
                            "{",
                            expr.map().entries().stream()
                                    .flatMap(it -> Stream.of(it.key(), it.value()))
                                    .toList(),
                            "}",
                            scope);
            case COMPREHENSION -> comprehension(expr.comprehension(), scope);
            case STRUCT, NOT_SET ->
                    throw new IllegalStateException("not in the language: " + expr.getKind());
        }
    }

    private void call(CelExpr expr, Scope scope) {
        var comparison = Terms.Comparison.of(expr);
        if (comparison.isPresent()) {
            list(
                    comparison.get().operator() + "(",
                    List.of(comparison.get().left(), comparison.get().right()),
                    ")",
                    scope);
            return;
        }
        expr.call()
                .target()
                .ifPresent(
                        target -> {
                            write(target, scope);
                            text.append('.');
                        });
        list(expr.call().function() + "(", expr.call().args(), ")", scope);
    }

    private void comprehension(CelExpr.CelComprehension fold, Scope scope) {
        text.append("fold(");
        write(fold.iterRange(), scope);
        text.append(';');
        write(fold.accuInit(), scope);
        Scope inner = scope.with(fold.accuVar()).with(fold.iterVar());
        if (!fold.iterVar2().isEmpty()) {
            inner = inner.with(fold.iterVar2());
        }
        text.append(';');
        write(fold.loopCondition(), inner);
        text.append(';');
        write(fold.loopStep(), inner);
        text.append(';');
        write(fold.result(), inner);
        text.append(')');
    }

    private void list(String open, List<CelExpr> elements, String close, Scope scope) {
        text.append(open);
        for (int i = 0; i < elements.size(); i++) {
            text.append(i == 0 ? "" : ",");
            write(elements.get(i), scope);
        }
        text.append(close);
    }

    private static String constant(CelConstant constant) {
        return switch (constant.getKind()) {
            case DOUBLE_VALUE -> Double.toString(constant.doubleValue());
            case BOOLEAN_VALUE -> Boolean.toString(constant.booleanValue());
            case STRING_VALUE -> quoted(constant.stringValue());
            default -> constant.getKind() + ":" + constant;
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
