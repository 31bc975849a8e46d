/** What auditors do with the record: keys, verification, comparison with other logs. */
@NullMarked
package dev.countersign.cli.audit;

import org.jspecify.annotations.NullMarked;
