/**
 * The PostgreSQL front door: a session between a client and an upstream in which every statement is
 * judged, recorded, released or refused, and every result leaves masked.
 */
@NullMarked
package dev.countersign.proxy.postgres;

import org.jspecify.annotations.NullMarked;
