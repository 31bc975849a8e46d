/** The policy in force: immutable versions and the one reference to the current one. */
@NullMarked
package dev.countersign.rules.policy;

import org.jspecify.annotations.NullMarked;
