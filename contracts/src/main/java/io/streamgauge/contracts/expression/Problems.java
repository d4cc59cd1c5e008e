package io.streamgauge.contracts.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.StructType;
import io.streamgauge.contracts.NearMisses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what is wrong with an expression in the words of streams and alerts: names the field that
 * does not exist and the one that may have been meant, instead of overloads and candidates.
 */
final class Problems {

    /** Most that are reported; one mistake can have many consequences. */
    private static final int MAX_PROBLEMS = 10;

    private static final Pattern UNDEFINED_FIELD = Pattern.compile("undefined field '([^']*)'.*");
    private static final Pattern UNDECLARED =
            Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern NO_OVERLOAD =
            Pattern.compile(
                    "found no matching overload for '([^']*)' applied to '([^']*)'.*",
                    Pattern.DOTALL);
    private static final Pattern UNEXPECTED =
            Pattern.compile(
                    "(?:mismatched input|extraneous input|no viable alternative at input|token"
                            + " recognition error at:?) ('.*?')(?= expecting|$)",
                    Pattern.DOTALL);
    private static final Pattern OPERATOR = Pattern.compile("_?(\\W+|\\[)_?\\]?|@in|_\\?_:_");

    private final Schema schema;
    private final Collection<String> functions;
    private final List<ExpressionProblem> problems = new ArrayList<>();

    Problems(Schema schema, Collection<String> functions) {
        this.schema = schema;
        this.functions = functions;
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    InvalidExpressionException exception() {
        return new InvalidExpressionException(problems);
    }

    void add(int line, int column, String message) {
        ExpressionProblem problem = new ExpressionProblem(line, column, message);
        if (problems.size() < MAX_PROBLEMS && !problems.contains(problem)) {
            problems.add(problem);
        }
    }

    /** Adds a problem with a part of an expression. */
    void add(CelSource source, CelExpr expr, String message) {
        CelSourceLocation location =
                Optional.ofNullable(source.getPositionsMap().get(expr.id()))
                        .flatMap(source::getOffsetLocation)
                        .orElse(CelSourceLocation.of(1, 0));
        add(location.getLine(), location.getColumn() + 1, message);
    }

    /** Adds what the parser found. */
    void addSyntax(CelIssue issue) {
        String message = syntax(issue.getMessage());
        add(
                Math.max(1, issue.getSourceLocation().getLine()),
                Math.max(0, issue.getSourceLocation().getColumn()) + 1,
                shortened(message));
    }

    /** The parser's words without the tokens that it would have taken. */
    private static String syntax(String message) {
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (!unexpected.find()) {
            return message.lines().findFirst().orElse("not an expression").strip();
        }
        return unexpected.group(1).contains("<EOF>")
                ? "unexpected end (expected: more of an expression)"
                : "unexpected " + unexpected.group(1);
    }

    /** Adds what the checker found. */
    void addType(CelIssue issue, CelAbstractSyntaxTree parsed) {
        CelSourceLocation location = issue.getSourceLocation();
        add(
                Math.max(1, location.getLine()),
                Math.max(0, location.getColumn()) + 1 + shift(issue, parsed),
                shortened(message(issue, parsed)));
    }

    /** CEL points at the dot before a field and at the parenthesis after a function. */
    private static int shift(CelIssue issue, CelAbstractSyntaxTree parsed) {
        if (UNDEFINED_FIELD.matcher(issue.getMessage()).matches()) {
            return 1;
        }
        Matcher reference = UNDECLARED.matcher(issue.getMessage());
        boolean isCall =
                reference.matches()
                        && Shape.all(parsed.getExpr()).stream()
                                .anyMatch(
                                        it ->
                                                it.id() == issue.getExprId()
                                                        && it.getKind()
                                                                == CelExpr.ExprKind.Kind.CALL);
        int length = isCall ? reference.group(1).length() : 0;
        return issue.getSourceLocation().getColumn() >= length ? -length : 0;
    }

    private String message(CelIssue issue, CelAbstractSyntaxTree parsed) {
        String message = issue.getMessage();
        Matcher field = UNDEFINED_FIELD.matcher(message);
        if (field.matches()) {
            return undefinedField(field.group(1), issue.getExprId(), parsed);
        }
        Matcher reference = UNDECLARED.matcher(message);
        if (reference.matches()) {
            return undeclared(reference.group(1));
        }
        Matcher overload = NO_OVERLOAD.matcher(message);
        if (overload.matches()) {
            return noOverload(overload.group(1), overload.group(2));
        }
        return types(message);
    }

    private String undefinedField(String name, long id, CelAbstractSyntaxTree parsed) {
        boolean isStep =
                Shape.all(parsed.getExpr()).stream()
                        .filter(it -> it.id() == id && it.getKind() == CelExpr.ExprKind.Kind.SELECT)
                        .anyMatch(it -> Terms.isIdent(it.select().operand(), Schema.STEPS));
        StructType type = isStep ? schema.steps() : schema.event();
        return "%s.%s: no such %s%s"
                .formatted(
                        type.name(),
                        name,
                        isStep ? "earlier step" : "field",
                        NearMisses.hint(name, type.fieldNames()));
    }

    private String undeclared(String name) {
        if (functions.contains(name) || name.equals(Schema.STEPS)) {
            return name.equals(Schema.STEPS)
                    ? "steps: there are no earlier steps here"
                    : name + ": is a function, and takes arguments";
        }
        if (schema.event().fieldNames().contains(name)) {
            return "%s: no such name (did you mean event.%s?)".formatted(name, name);
        }
        List<String> known = new ArrayList<>(functions);
        known.add(Schema.EVENT);
        known.add(Schema.STEPS);
        return name + ": no such name or function" + NearMisses.hint(name, known);
    }

    private static String noOverload(String function, String arguments) {
        Matcher operator = OPERATOR.matcher(function);
        String shown =
                switch (function) {
                    case "@in" -> "in";
                    case "_[_]" -> "[]";
                    case "_?_:_" -> "?:";
                    default -> operator.matches() ? function.replace("_", "") : function;
                };
        return "%s does not take %s".formatted(shown, types(arguments));
    }

    /** CEL's names of types, as streams call them. */
    private static String types(String text) {
        return text.replace("double", "number")
                .replaceAll("\\bbool\\b", "boolean")
                .replace("google.protobuf.Timestamp", "timestamp")
                .replace("google.protobuf.Duration", "duration");
    }

    private static String shortened(String message) {
        return message.length() <= 300 ? message : message.substring(0, 297) + "...";
    }
}
