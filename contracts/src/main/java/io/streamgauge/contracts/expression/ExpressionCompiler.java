package io.streamgauge.contracts.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.streamgauge.contracts.stream.StreamSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles conditions over the events of one stream. What they may say is CEL without whole numbers
 * (see the documentation of alerts): every number is a double, as the fields of streams are.
 *
 * <p>Compiling is bounded: by the length of the source, its nesting, and the number of its parts.
 * An instance may be used by several threads at once; to make one takes some milliseconds.
 */
public final class ExpressionCompiler {

    /** Longest source, in UTF-16 characters. */
    public static final int MAX_SOURCE_CHARACTERS = 4_096;

    /** Longest regular expression. */
    public static final int MAX_REGEX_CHARACTERS = 1_000;

    /** How deep parts may be within parts, after macros have become what they stand for. */
    private static final int MAX_DEPTH = 100;

    /** The same for all streams, and unchanging. */
    private static final Language LANGUAGE = new Language();

    private final StreamSpec stream;
    private final Schema schema;
    private final CelCompiler compiler;

    /** A compiler for a stream's events. */
    public ExpressionCompiler(StreamSpec stream) {
        this.stream = stream;
        schema = new Schema(stream, List.of());
        compiler = LANGUAGE.compiler(schema, false);
    }

    /**
     * Compiles an expression that sees one event.
     *
     * @throws InvalidExpressionException with what is wrong with it
     */
    public Expression compile(String source) throws InvalidExpressionException {
        return compile(source, schema, compiler);
    }

    /**
     * Compiles an expression that sees one event and those of earlier steps.
     *
     * @param earlierSteps names of steps
     * @throws InvalidExpressionException with what is wrong with it
     */
    public Expression compile(String source, List<String> earlierSteps)
            throws InvalidExpressionException {
        if (earlierSteps.isEmpty()) {
            return compile(source);
        }
        Schema withSteps = new Schema(stream, earlierSteps);
        return compile(source, withSteps, LANGUAGE.compiler(withSteps, true));
    }

    private Expression compile(String source, Schema types, CelCompiler checker)
            throws InvalidExpressionException {
        Problems problems = new Problems(types, LANGUAGE.functionNames());
        if (source.length() > MAX_SOURCE_CHARACTERS) {
            problems.add(
                    1,
                    1,
                    "%d characters (expected: at most %d)"
                            .formatted(source.length(), MAX_SOURCE_CHARACTERS));
            throw problems.exception();
        }
        try {
            CelAbstractSyntaxTree parsed = parse(source, checker, problems);
            return new Plan(types).expression(source, check(parsed, checker, problems));
        } catch (StackOverflowError e) { // below all bounds, on a thread with a tiny stack
            problems.add(1, 1, "nested too deep");
            throw problems.exception();
        }
    }

    private static CelAbstractSyntaxTree parse(
            String source, CelCompiler checker, Problems problems)
            throws InvalidExpressionException {
        CelValidationResult result = checker.parse(source);
        result.getErrors().forEach(problems::addSyntax);
        CelAbstractSyntaxTree parsed = ast(result, problems);
        if (Shape.isDeeperThan(parsed.getExpr(), MAX_DEPTH)) {
            problems.add(
                    1, 1, "nested too deep (expected: at most %d levels)".formatted(MAX_DEPTH));
            throw problems.exception();
        }
        return Literals.asDoubles(parsed);
    }

    private static CelAbstractSyntaxTree check(
            CelAbstractSyntaxTree parsed, CelCompiler checker, Problems problems)
            throws InvalidExpressionException {
        CelValidationResult result = checker.check(parsed);
        for (CelIssue issue : result.getErrors()) {
            problems.addType(issue, parsed);
        }
        CelAbstractSyntaxTree checked = ast(result, problems);
        CelType type = checked.getResultType();
        if (!type.equals(SimpleType.BOOL)) {
            problems.add(1, 1, "not a condition (expected: something that is true or false)");
        }
        Shape.check(checked, (expr, message) -> problems.add(checked.getSource(), expr, message));
        if (!problems.isEmpty()) {
            throw problems.exception();
        }
        return checked;
    }

    private static CelAbstractSyntaxTree ast(CelValidationResult result, Problems problems)
            throws InvalidExpressionException {
        if (!problems.isEmpty()) {
            throw problems.exception();
        }
        try {
            return result.getAst();
        } catch (CelValidationException e) { // an error without an issue
            problems.add(1, 1, "not an expression");
            throw problems.exception();
        }
    }

    /** Makes a checked expression, and each of those that it is the conjunction of, executable. */
    private static final class Plan {

        private final Schema types;

        Plan(Schema types) {
            this.types = types;
        }

        Expression expression(String source, CelAbstractSyntaxTree checked) {
            List<CelExpr> conjuncts = new ArrayList<>();
            split(checked.getExpr(), conjuncts);
            List<Expression> parts = new ArrayList<>();
            if (conjuncts.size() > 1) {
                for (CelExpr conjunct : conjuncts) {
                    parts.add(part(Canonical.text(conjunct), conjunct, checked, List.of()));
                }
            }
            return part(source, checked.getExpr(), checked, parts);
        }

        private Expression part(
                String source,
                CelExpr expr,
                CelAbstractSyntaxTree checked,
                List<Expression> conjuncts) {
            Optional<FastTest> fast = FastTest.of(expr);
            return new Expression(
                    source,
                    Canonical.text(expr),
                    Shape.all(expr).stream().anyMatch(it -> Terms.isIdent(it, Schema.STEPS)),
                    conjuncts,
                    Constraints.of(expr),
                    fast,
                    new CelTest(program(expr, checked), types),
                    Cost.of(expr));
        }

        private CelRuntime.Program program(CelExpr expr, CelAbstractSyntaxTree checked) {
            try {
                return LANGUAGE.runtime()
                        .createProgram(
                                CelAbstractSyntaxTree.newCheckedAst(
                                        expr,
                                        checked.getSource(),
                                        checked.getReferenceMap(),
                                        checked.getTypeMap()));
            } catch (CelEvaluationException e) {
                throw new IllegalStateException("a checked expression cannot be planned", e);
            }
        }

        private static void split(CelExpr expr, List<CelExpr> conjuncts) {
            if (Terms.isCall(expr, "_&&_", 2)) {
                Terms.arguments(expr).forEach(argument -> split(argument, conjuncts));
            } else {
                conjuncts.add(expr);
            }
        }
    }
}
