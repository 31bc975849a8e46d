/** Keeps checkpoints where whoever owns the gateway's machine cannot take them back. */
@NullMarked
package dev.countersign.audit.anchor;

import org.jspecify.annotations.NullMarked;
