/**
 * The one YAML file: read with positions, checked against the JSON schema, every fault told at once
 * with the line it stands on.
 */
@NullMarked
package dev.countersign.cli.configuration;

import org.jspecify.annotations.NullMarked;
