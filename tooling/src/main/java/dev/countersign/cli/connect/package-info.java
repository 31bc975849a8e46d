/**
 * Getting to a resource with the usual clients: session credentials and what clients need to use
 * them.
 */
@NullMarked
package dev.countersign.cli.connect;

import org.jspecify.annotations.NullMarked;
