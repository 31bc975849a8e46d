/** What is shown to third parties: controls, their tests, the evidence package, and who had it. */
@NullMarked
package dev.countersign.audit.evidence;

import org.jspecify.annotations.NullMarked;
