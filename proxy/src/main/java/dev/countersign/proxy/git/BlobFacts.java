package dev.countersign.proxy.git;

/** What is known of a file once it has been read. */
record BlobFacts(boolean binary, int lines, long bytes) {}
