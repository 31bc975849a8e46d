/** How much one subject may do and take at this gateway, over all its sessions and doors. */
@NullMarked
package dev.countersign.decision.quota;

import org.jspecify.annotations.NullMarked;
