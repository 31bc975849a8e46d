/** Hiding values while keeping them valid for their types. */
@NullMarked
package dev.countersign.proxy.mask;

import org.jspecify.annotations.NullMarked;
