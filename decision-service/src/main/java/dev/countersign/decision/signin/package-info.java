/** People at a browser: how they sign in with OpenID Connect, and the sessions they have then. */
@NullMarked
package dev.countersign.decision.signin;

import org.jspecify.annotations.NullMarked;
