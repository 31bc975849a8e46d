/**
 * Verifies a journal from its written format alone: nothing but the JDK, no code shared with what
 * wrote it, no key needed. Also packed as a jar of its own.
 */
@NullMarked
package dev.countersign.audit.verify;

import org.jspecify.annotations.NullMarked;
