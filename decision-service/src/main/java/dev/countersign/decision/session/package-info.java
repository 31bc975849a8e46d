/** The sessions that are open now: who, where, since when; and how somebody else ends them. */
@NullMarked
package dev.countersign.decision.session;

import org.jspecify.annotations.NullMarked;
