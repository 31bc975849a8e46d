/** Measurements, each as a ratio to something that ran beside it in the same minutes. */
@NullMarked
package dev.countersign.cli.bench;

import org.jspecify.annotations.NullMarked;
