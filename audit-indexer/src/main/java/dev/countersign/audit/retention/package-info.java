/** How long recordings are kept: what is destroyed when, and what is held back from it. */
@NullMarked
package dev.countersign.audit.retention;

import org.jspecify.annotations.NullMarked;
