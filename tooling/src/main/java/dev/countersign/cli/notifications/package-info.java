/** {@code countersign notifications}: messages to webhooks that nobody took. */
@NullMarked
package dev.countersign.cli.notifications;

import org.jspecify.annotations.NullMarked;
