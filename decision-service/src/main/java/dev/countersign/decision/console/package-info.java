/**
 * The web console: pages for approvers, officers and auditors, made on the server. It asks the same
 * services as the API, with the same rules about who may what, and shows whatever others wrote as
 * text in visible form.
 */
@NullMarked
package dev.countersign.decision.console;

import org.jspecify.annotations.NullMarked;
