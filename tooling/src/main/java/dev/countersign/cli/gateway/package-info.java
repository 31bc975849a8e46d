/** {@code countersign serve}: one process with every part of the gateway in it, wired by hand. */
@NullMarked
package dev.countersign.cli.gateway;

import org.jspecify.annotations.NullMarked;
