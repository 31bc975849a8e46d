/** What the rules see of a command: immutable records without behaviour but derivation. */
@NullMarked
package dev.countersign.rules.fact;

import org.jspecify.annotations.NullMarked;
