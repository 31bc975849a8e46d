/** A session as it went, for a terminal. */
@NullMarked
package dev.countersign.audit.replay;

import org.jspecify.annotations.NullMarked;
