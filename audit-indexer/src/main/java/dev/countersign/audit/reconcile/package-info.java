/**
 * The journal beside what upstreams wrote themselves: what reached them on another way, and what we
 * released that they never saw.
 */
@NullMarked
package dev.countersign.audit.reconcile;

import org.jspecify.annotations.NullMarked;
