/**
 * Finding in values what is to be hidden, and hiding it while keeping them valid for their types.
 */
@NullMarked
package dev.countersign.proxy.mask;

import org.jspecify.annotations.NullMarked;
