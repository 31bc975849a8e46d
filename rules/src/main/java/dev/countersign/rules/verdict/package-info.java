/** What the rules answer: the decision, the rows that made it, and what it demands. */
@NullMarked
package dev.countersign.rules.verdict;

import org.jspecify.annotations.NullMarked;
