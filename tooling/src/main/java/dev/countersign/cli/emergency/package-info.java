/** The command {@code countersign emergency}. */
@NullMarked
package dev.countersign.cli.emergency;

import org.jspecify.annotations.NullMarked;
