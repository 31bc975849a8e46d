/** The commands about just-in-time access. */
@NullMarked
package dev.countersign.cli.grants;

import org.jspecify.annotations.NullMarked;
