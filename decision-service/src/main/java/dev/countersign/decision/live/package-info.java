/** What happens on any gateway, told at once to those who watch. */
@NullMarked
package dev.countersign.decision.live;

import org.jspecify.annotations.NullMarked;
