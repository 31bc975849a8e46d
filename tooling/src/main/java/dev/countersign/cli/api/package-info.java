/** The gateway's HTTP API, as the commands speak it. */
@NullMarked
package dev.countersign.cli.api;

import org.jspecify.annotations.NullMarked;
