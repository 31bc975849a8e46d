/** {@code countersign sessions}: looks up what was recorded. */
@NullMarked
package dev.countersign.cli.sessions;

import org.jspecify.annotations.NullMarked;
