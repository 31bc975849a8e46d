/** The language in which auditors ask: fields from a closed list, and words. */
@NullMarked
package dev.countersign.audit.query;

import org.jspecify.annotations.NullMarked;
