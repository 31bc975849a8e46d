/**
 * Who saw data of somebody: keyed digests of values that went through masked columns, which nobody
 * but the owner of the record can look values up in.
 */
@NullMarked
package dev.countersign.audit.exposure;

import org.jspecify.annotations.NullMarked;
