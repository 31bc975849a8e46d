/** Servers that Countersign starts itself where none is installed. */
@NullMarked
package dev.countersign.cli.embedded;

import org.jspecify.annotations.NullMarked;
