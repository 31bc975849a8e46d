/** {@code countersign policy}: looks at a workbook before it is put in force. */
@NullMarked
package dev.countersign.cli.policy;

import org.jspecify.annotations.NullMarked;
