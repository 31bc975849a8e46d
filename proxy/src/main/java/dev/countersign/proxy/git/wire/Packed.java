package dev.countersign.proxy.git.wire;

/** An object as it stands in a pack. */
public sealed interface Packed {

  /** Where it begins. */
  long at();

  /** Where its zlib stream begins. */
  long content();

  /** What that unpacks to. */
  long size();

  /** One that is there as it is. */
  record Whole(long at, long content, long size, int type) implements Packed {}

  /**
   * What makes it of one that is before it.
   *
   * @param base where that one begins
   */
  record OffsetDelta(long at, long content, long size, long base) implements Packed {}

  /** What makes it of one that may be anywhere. */
  @SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
  record NameDelta(long at, long content, long size, byte[] base) implements Packed {}
}
