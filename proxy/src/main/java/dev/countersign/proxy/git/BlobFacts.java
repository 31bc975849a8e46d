package dev.countersign.proxy.git;

/**
 * What is known of a file once it has been read.
 *
 * @param lines the last of which need not end
 */
record BlobFacts(boolean binary, int lines, long bytes) {}
