/** Mutants of known inputs, for whatever reads bytes or texts from outside. */
@NullMarked
package dev.countersign.proxy.fuzz;

import org.jspecify.annotations.NullMarked;
