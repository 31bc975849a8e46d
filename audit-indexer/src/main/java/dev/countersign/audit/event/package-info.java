/** The closed catalogue of what the journal records. */
@NullMarked
package dev.countersign.audit.event;

import org.jspecify.annotations.NullMarked;
