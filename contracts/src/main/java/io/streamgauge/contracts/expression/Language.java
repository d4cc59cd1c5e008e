package io.streamgauge.contracts.expression;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of CEL that conditions may use, and its bounds.
 *
 * <p>There is one type of number, double: the fields of streams are doubles, and whoever writes
 * {@code event.status == 200} does not think of types. Literals are made doubles after parsing (see
 * {@link Literals}), and every standard function that takes or gives another number is taken out or
 * replaced by one of {@link Functions}. So are those without a bound on what they make.
 */
final class Language {

    /** Rounds of all comprehensions in one evaluation. */
    static final int MAX_ITERATIONS = 10_000;

    /** Nesting as the parser counts it: parentheses, calls, lists. */
    private static final int MAX_PARSE_DEPTH = 48;

    private static final int MAX_NODES = 2_000;
    private static final int MAX_REGEX_PROGRAM = 2_000;

    /** Replaced: these have no bound on what they make, or no error where CEL has none. */
    private static final Set<String> REPLACED =
            Set.of("add_string", "divide_double", "matches", "matches_string", "double_to_string");

    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .maxExpressionCodePointSize(ExpressionCompiler.MAX_SOURCE_CHARACTERS)
                    .maxParseRecursionDepth(MAX_PARSE_DEPTH)
                    .maxParseExpressionNodeCount(MAX_NODES)
                    .maxParseErrorRecoveryLimit(10)
                    .enableHeterogeneousNumericComparisons(true)
                    .comprehensionMaxIterations(MAX_ITERATIONS)
                    .maxRegexProgramSize(MAX_REGEX_PROGRAM)
                    .build();

    private final List<Function> functions = new Functions().all();
    private final CelRuntime runtime = newRuntime();
    private final Collection<String> functionNames = names();

    /** What conditions are planned with. */
    CelRuntime runtime() {
        return runtime;
    }

    /** Names that can be called, for near misses. */
    Collection<String> functionNames() {
        return functionNames;
    }

    CelCompiler compiler(Schema schema, boolean withSteps) {
        CelCompilerBuilder builder =
                CelCompilerFactory.standardCelCompilerBuilder()
                        .setOptions(OPTIONS)
                        .setStandardEnvironmentEnabled(false)
                        .setStandardDeclarations(
                                CelStandardDeclarations.newBuilder()
                                        .filterFunctions(
                                                (function, overload) ->
                                                        isKept(overload.celOverloadDecl()))
                                        .filterIdentifiers(identifier -> false)
                                        .build())
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .setTypeProvider(schema)
                        .addVar(Schema.EVENT, schema.event());
        if (withSteps) {
            builder.addVar(Schema.STEPS, schema.steps());
        }
        Map<String, List<CelOverloadDecl>> byName =
                functions.stream()
                        .collect(
                                groupingBy(
                                        Function::name,
                                        mapping(
                                                Function::declaration,
                                                collectingAndThen(toList(), List::copyOf))));
        byName.forEach(
                (name, overloads) ->
                        builder.addFunctionDeclarations(
                                CelFunctionDecl.newFunctionDeclaration(name, overloads)));
        return builder.build();
    }

    private CelRuntime newRuntime() {
        CelRuntimeBuilder builder = CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS);
        for (Function function : functions) {
            builder.addFunctionBindings(function.binding());
        }
        return builder.build();
    }

    private static boolean isKept(CelOverloadDecl overload) {
        return !REPLACED.contains(overload.overloadId())
                && isKnown(overload.resultType())
                && overload.parameterTypes().stream().allMatch(Language::isKnown);
    }

    /** Whether values of a type can occur. */
    private static boolean isKnown(CelType type) {
        CelKind kind = type.kind();
        return switch (kind) {
            case BOOL, DOUBLE, STRING, TIMESTAMP, DURATION, TYPE_PARAM -> true;
            case LIST, MAP -> type.parameters().stream().allMatch(Language::isKnown);
            default -> false;
        };
    }

    private Collection<String> names() {
        Set<String> names =
                new TreeSet<>(List.of("has", "all", "exists", "exists_one", "map", "filter"));
        List<CelFunctionDecl> declarations = new ArrayList<>();
        for (var function : CelStandardDeclarations.StandardFunction.values()) {
            declarations.add(function.functionDecl());
        }
        for (CelFunctionDecl declaration : declarations) {
            if (declaration.overloads().stream().anyMatch(Language::isKept)) {
                names.add(declaration.name());
            }
        }
        functions.forEach(function -> names.add(function.name()));
        names.removeIf(name -> !Character.isLetter(name.charAt(0)));
        return names;
    }
}
