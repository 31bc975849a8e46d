/**
 * The front door to Kubernetes clusters: requests judged as the API server reads them, answers
 * masked, streams recorded.
 */
@NullMarked
package dev.countersign.proxy.kubernetes;

import org.jspecify.annotations.NullMarked;
