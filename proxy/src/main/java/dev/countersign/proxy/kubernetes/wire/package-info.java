/** HTTP/1.1 towards API servers, and what goes over upgraded connections. Knows no policy. */
@NullMarked
package dev.countersign.proxy.kubernetes.wire;

import org.jspecify.annotations.NullMarked;
