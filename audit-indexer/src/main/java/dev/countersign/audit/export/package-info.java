/** Copies of closed segments in a second place, where they cannot be changed. */
@NullMarked
package dev.countersign.audit.export;

import org.jspecify.annotations.NullMarked;
