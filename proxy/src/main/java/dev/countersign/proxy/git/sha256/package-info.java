/**
 * Objects that are named by SHA-256, made over one for one into objects that are named by SHA-1,
 * which is all that the library reads. Names that a pack tells are never believed: each is computed
 * from the object.
 */
@NullMarked
package dev.countersign.proxy.git.sha256;

import org.jspecify.annotations.NullMarked;
