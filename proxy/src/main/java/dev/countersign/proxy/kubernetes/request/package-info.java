/**
 * What a request asks of an API server, read as the server itself reads it. Whatever could be read
 * in two ways is refused.
 */
@NullMarked
package dev.countersign.proxy.kubernetes.request;

import org.jspecify.annotations.NullMarked;
