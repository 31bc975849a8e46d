/**
 * The PostgreSQL protocol, version 3: messages and bytes, no policy. Every decoder is bounded
 * before it allocates and consumes its message to the last byte or refuses it.
 */
@NullMarked
package dev.countersign.proxy.postgres.wire;

import org.jspecify.annotations.NullMarked;
