/**
 * The versions of the policy: submitted, activated by a second person, followed by every gateway,
 * never forgotten.
 */
@NullMarked
package dev.countersign.decision.policy;

import org.jspecify.annotations.NullMarked;
