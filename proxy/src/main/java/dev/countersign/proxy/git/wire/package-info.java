/** Git's smart HTTP protocol as bytes and messages: pkt-lines, commands, reports. No policy. */
@NullMarked
package dev.countersign.proxy.git.wire;

import org.jspecify.annotations.NullMarked;
