/** Session credentials: short-lived secrets of one subject that open one resource and no more. */
@NullMarked
package dev.countersign.decision.credential;

import org.jspecify.annotations.NullMarked;
