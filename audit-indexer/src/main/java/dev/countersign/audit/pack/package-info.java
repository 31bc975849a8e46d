/** The packs of git pushes, kept whole and sealed beside the journal that names them. */
@NullMarked
package dev.countersign.audit.pack;

import org.jspecify.annotations.NullMarked;
