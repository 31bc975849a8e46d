/**
 * A cluster in memory: an API server good enough for stock kubectl, for tests and for the demo. No
 * part of a gateway.
 */
@NullMarked
package dev.countersign.proxy.kubernetes.cluster;

import org.jspecify.annotations.NullMarked;
