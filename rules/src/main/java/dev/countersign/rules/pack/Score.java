package dev.countersign.rules.pack;

/**
 * The points that rules of all packs gave. Rules that ask for it are asked after all others.
 *
 * @param points their sum, never 0
 */
public record Score(int points) {}
