/** Signing in and out on the command line. */
@NullMarked
package dev.countersign.cli.login;

import org.jspecify.annotations.NullMarked;
