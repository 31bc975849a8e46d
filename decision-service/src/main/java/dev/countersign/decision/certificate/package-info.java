/** The certificates that the gateway shows, and their renewal. */
@NullMarked
package dev.countersign.decision.certificate;

import org.jspecify.annotations.NullMarked;
