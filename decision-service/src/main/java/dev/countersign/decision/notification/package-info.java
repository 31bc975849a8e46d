/** Tells people elsewhere that something waits for them. */
@NullMarked
package dev.countersign.decision.notification;

import org.jspecify.annotations.NullMarked;
