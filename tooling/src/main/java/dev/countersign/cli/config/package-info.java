/** {@code countersign config}: checks a configuration file, prints the reference. */
@NullMarked
package dev.countersign.cli.config;

import org.jspecify.annotations.NullMarked;
