package io.streamgauge.contracts.expression;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;

/** Makes every number of a parsed expression a double; ids, and so positions, stay. */
final class Literals {

    private Literals() {}

    static CelAbstractSyntaxTree asDoubles(CelAbstractSyntaxTree parsed) {
        return CelAbstractSyntaxTree.newParsedAst(asDoubles(parsed.getExpr()), parsed.getSource());
    }

    private static CelExpr asDoubles(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> CelExpr.ofConstant(expr.id(), asDouble(expr.constant()));
            case SELECT ->
                    CelExpr.ofSelect(
                            expr.id(),
                            asDoubles(expr.select().operand()),
                            expr.select().field(),
                            expr.select().testOnly());
            case CALL ->
                    CelExpr.ofCall(
                            expr.id(),
                            expr.call().target().map(Literals::asDoubles),
                            expr.call().function(),
                            asDoubles(expr.call().args()));
            case LIST ->
                    CelExpr.ofList(
                            expr.id(),
                            asDoubles(expr.list().elements()),
                            expr.list().optionalIndices());
            case MAP ->
                    CelExpr.ofMap(
                            expr.id(),
                            expr.map().entries().stream()
                                    .map(
                                            it ->
                                                    CelExpr.ofMapEntry(
                                                            it.id(),
                                                            asDoubles(it.key()),
                                                            asDoubles(it.value()),
                                                            it.optionalEntry()))
                                    .collect(toImmutableList()));
            case COMPREHENSION -> asDoubles(expr.id(), expr.comprehension());
            case IDENT, STRUCT, NOT_SET -> expr;
        };
    }

    private static CelExpr asDoubles(long id, CelExpr.CelComprehension comprehension) {
        return CelExpr.ofComprehension(
                id,
                comprehension.iterVar(),
                comprehension.iterVar2(),
                asDoubles(comprehension.iterRange()),
                comprehension.accuVar(),
                asDoubles(comprehension.accuInit()),
                asDoubles(comprehension.loopCondition()),
                asDoubles(comprehension.loopStep()),
                asDoubles(comprehension.result()));
    }

    private static ImmutableList<CelExpr> asDoubles(ImmutableList<CelExpr> exprs) {
        return exprs.stream().map(Literals::asDoubles).collect(toImmutableList());
    }

    private static CelConstant asDouble(CelConstant constant) {
        return switch (constant.getKind()) {
            case INT64_VALUE -> CelConstant.ofValue((double) constant.int64Value());
            case UINT64_VALUE -> CelConstant.ofValue(constant.uint64Value().doubleValue());
            default -> constant;
        };
    }
}
