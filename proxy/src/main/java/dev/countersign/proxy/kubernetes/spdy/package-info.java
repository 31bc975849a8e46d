/**
 * SPDY/3.1 from clients of terminals, as far as they speak it: frames and their bytes. Knows no
 * policy.
 */
@NullMarked
package dev.countersign.proxy.kubernetes.spdy;

import org.jspecify.annotations.NullMarked;
