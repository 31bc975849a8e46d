/** The append-only record of everything. Knows nothing of who reads it. */
@NullMarked
package dev.countersign.audit.journal;

import org.jspecify.annotations.NullMarked;
