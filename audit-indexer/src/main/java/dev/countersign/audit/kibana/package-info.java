/** What Kibana is given to look at the index with: a data view, saved searches and dashboards. */
@NullMarked
package dev.countersign.audit.kibana;

import org.jspecify.annotations.NullMarked;
