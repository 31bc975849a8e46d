package dev.countersign.audit.evidence;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A test of a control that looks at the gateway as it is now, not at what was recorded.
 *
 * @param control an id of SP 800-53 that no {@link Check} is about
 * @param statement what should be so
 * @param trouble what is not so, in words; empty if all is well
 */
public record LiveCheck(String control, String statement, Supplier<Optional<String>> trouble) {}
