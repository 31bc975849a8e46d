/**
 * The front door for git over HTTP: reads pushes and fetches, inspects what is pushed object by
 * object, and sends on exactly that.
 */
@NullMarked
package dev.countersign.proxy.git;

import org.jspecify.annotations.NullMarked;
