package io.streamgauge.contracts.expression;

import dev.cel.common.CelOverloadDecl;
import dev.cel.runtime.CelFunctionBinding;

/**
 * A function of ours, of one kind of arguments: how it is declared to the checker, and what it
 * does.
 */
record Function(String name, CelOverloadDecl declaration, CelFunctionBinding binding) {}
