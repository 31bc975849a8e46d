/** Just-in-time access: who is let in to what, for how long, for what, and by whose yes. */
@NullMarked
package dev.countersign.decision.grant;

import org.jspecify.annotations.NullMarked;
