/** The PostgreSQL database that holds the state of the decision service. */
@NullMarked
package dev.countersign.decision.store;

import org.jspecify.annotations.NullMarked;
