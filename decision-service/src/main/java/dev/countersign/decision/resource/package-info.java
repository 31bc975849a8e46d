/** What can be asked for: the registered resources and the credentials of their upstreams. */
@NullMarked
package dev.countersign.decision.resource;

import org.jspecify.annotations.NullMarked;
