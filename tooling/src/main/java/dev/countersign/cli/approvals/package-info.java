/** {@code countersign approvals}: a client of the gateway's HTTP API. */
@NullMarked
package dev.countersign.cli.approvals;

import org.jspecify.annotations.NullMarked;
