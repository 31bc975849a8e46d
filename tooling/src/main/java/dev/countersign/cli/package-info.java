/** The {@code countersign} command: its groups, their exit codes, and nothing that decides. */
@NullMarked
package dev.countersign.cli;

import org.jspecify.annotations.NullMarked;
