/**
 * A whole world on one machine: servers, sample data, people, a gateway, and a guided tour of it.
 */
@NullMarked
package dev.countersign.cli.demo;

import org.jspecify.annotations.NullMarked;
