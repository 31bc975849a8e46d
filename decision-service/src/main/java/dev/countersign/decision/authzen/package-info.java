/**
 * The policy as a decision point for other enforcement points: the OpenID AuthZEN Authorization API
 * 1.0.
 */
@NullMarked
package dev.countersign.decision.authzen;

import org.jspecify.annotations.NullMarked;
