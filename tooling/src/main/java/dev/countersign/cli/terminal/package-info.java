/** What people read in a terminal: tables, and text of commands with nothing hidden in it. */
@NullMarked
package dev.countersign.cli.terminal;

import org.jspecify.annotations.NullMarked;
