/** What a database holds: snapshots of its relations, and masks resolved against them. */
@NullMarked
package dev.countersign.proxy.postgres.catalog;

import org.jspecify.annotations.NullMarked;
