package dev.countersign.proxy.postgres.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/**
 * The linear memory of a parser in one array. The runtime's own is made of pages, which costs two
 * steps and two comparisons for each byte the parser looks at.
 *
 * <p>An access outside of the array throws {@link IndexOutOfBoundsException}. Confined to one
 * thread at a time.
 */
@SuppressWarnings("removal") // The runtime's interface has them to the last.
final class ParserMemory implements Memory {

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN);
  }

  private final MemoryLimits limits;
  private byte[] bytes;
  private int pages;

  ParserMemory(MemoryLimits limits) {
    this.limits = limits;
    pages = limits.initialPages();
    bytes = new byte[pages * PAGE_SIZE];
  }

  /** The bytes of a text of C's, without the NUL that ends it. */
  byte[] bytesUntilNul(int address) {
    int end = address;
    while (bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(bytes, address, end);
  }

  @Override
  public int pages() {
    return pages;
  }

  /** The array grows by leaps: PostgreSQL asks for a page at a time. */
  @Override
  public int grow(int more) {
    int before = pages;
    if (more < 0 || more > maximumPages() - before) {
      return -1;
    }
    pages = before + more;
    if (pages * PAGE_SIZE > bytes.length) {
      int leap = Math.min(Math.max(pages, 2 * before), maximumPages());
      bytes = Arrays.copyOf(bytes, leap * PAGE_SIZE);
    }
    return before;
  }

  @Override
  public int initialPages() {
    return limits.initialPages();
  }

  @Override
  public int maximumPages() {
    return Math.min(limits.maximumPages(), Integer.MAX_VALUE / PAGE_SIZE);
  }

  /** The runtime's own memory knows how a module's data is laid out. */
  @Override
  public void initialize(Instance instance, DataSegment[] segments) {
    ByteArrayMemory laidOut = new ByteArrayMemory(limits);
    laidOut.initialize(instance, segments);
    bytes = laidOut.readBytes(0, initialPages() * PAGE_SIZE);
  }

  @Override
  public void write(int address, byte[] data, int offset, int size) {
    System.arraycopy(data, offset, bytes, address, size);
  }

  @Override
  public byte[] readBytes(int address, int length) {
    byte[] read = new byte[length];
    System.arraycopy(bytes, address, read, 0, length);
    return read;
  }

  @Override
  public byte read(int address) {
    return bytes[address];
  }

  @Override
  public void writeByte(int address, byte value) {
    bytes[address] = value;
  }

  @Override
  public short readShort(int address) {
    return (short) SHORT.get(bytes, address);
  }

  @Override
  public long readU16(int address) {
    return Short.toUnsignedLong(readShort(address));
  }

  @Override
  public void writeShort(int address, short value) {
    SHORT.set(bytes, address, value);
  }

  @Override
  public int readInt(int address) {
    return (int) INT.get(bytes, address);
  }

  @Override
  public void writeI32(int address, int value) {
    INT.set(bytes, address, value);
  }

  @Override
  public long readLong(int address) {
    return (long) LONG.get(bytes, address);
  }

  @Override
  public void writeLong(int address, long value) {
    LONG.set(bytes, address, value);
  }

  @Override
  public long readF32(int address) {
    return readInt(address);
  }

  @Override
  public float readFloat(int address) {
    return Float.intBitsToFloat(readInt(address));
  }

  @Override
  public void writeF32(int address, float value) {
    writeI32(address, Float.floatToRawIntBits(value));
  }

  @Override
  public long readF64(int address) {
    return readLong(address);
  }

  @Override
  public double readDouble(int address) {
    return Double.longBitsToDouble(readLong(address));
  }

  @Override
  public void writeF64(int address, double value) {
    writeLong(address, Double.doubleToRawLongBits(value));
  }

  @Override
  public void fill(byte value, int from, int to) {
    Arrays.fill(bytes, from, to, value);
  }

  @Override
  public void copy(int to, int from, int size) {
    System.arraycopy(bytes, from, bytes, to, size);
  }

  @Override
  public void zero() {
    Arrays.fill(bytes, (byte) 0);
  }

  // What the parser's module has no use for: segments laid out later, and threads.

  @Override
  public void initPassiveSegment(int segment, int address, int offset, int size) {
    throw unused();
  }

  @Override
  public void drop(int segment) {
    throw unused();
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Object lock(int address) {
    throw unused();
  }

  @Override
  public int waitOn(int address, int expected, long timeout) {
    throw unused();
  }

  @Override
  public int waitOn(int address, long expected, long timeout) {
    throw unused();
  }

  @Override
  public int notify(int address, int waiters) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("the parser's module does not do that");
  }
}
