/** The HTTP API of the decision service, as its OpenAPI document describes it. */
@NullMarked
package dev.countersign.decision.http;

import org.jspecify.annotations.NullMarked;
