/**
 * What every front door stands on: sockets, TLS, the HTTPS listener, and the gate in front of a
 * release.
 */
@NullMarked
package dev.countersign.proxy.frontdoor;

import org.jspecify.annotations.NullMarked;
