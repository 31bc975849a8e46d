/**
 * Rules of an operator, written in Drools' own language, over what a command is and what its
 * subject did lately. They can make a verdict stricter and do nothing else.
 */
@NullMarked
package dev.countersign.rules.pack;

import org.jspecify.annotations.NullMarked;
