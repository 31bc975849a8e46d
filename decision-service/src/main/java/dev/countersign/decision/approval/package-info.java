/** A human's answer about one frozen command. */
@NullMarked
package dev.countersign.decision.approval;

import org.jspecify.annotations.NullMarked;
