/**
 * Break-glass: two people let the declared subjects run for an hour at most what people would
 * otherwise be asked about, loudly, recorded, and reviewed afterwards.
 */
@NullMarked
package dev.countersign.decision.emergency;

import org.jspecify.annotations.NullMarked;
