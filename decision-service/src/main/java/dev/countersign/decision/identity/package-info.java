/** Who asks: OpenID Connect tokens verified and turned into subjects. */
@NullMarked
package dev.countersign.decision.identity;

import org.jspecify.annotations.NullMarked;
