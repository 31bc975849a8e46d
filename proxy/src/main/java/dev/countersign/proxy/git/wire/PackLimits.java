package dev.countersign.proxy.git.wire;

import java.time.Duration;

/**
 * Bounds on a pack.
 *
 * @param objects in it
 * @param objectBytes of one object, unpacked
 * @param outline of all of them
 * @param time until it can be read, once its first byte is there
 */
public record PackLimits(
    long objects, long objectBytes, PackOutline.Limits outline, Duration time) {}
