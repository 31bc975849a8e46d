/** From the journal to Elasticsearch and back: documents, the indexer, and search. */
@NullMarked
package dev.countersign.audit.index;

import org.jspecify.annotations.NullMarked;
