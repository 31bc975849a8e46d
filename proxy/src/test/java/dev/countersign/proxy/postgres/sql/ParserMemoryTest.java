package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Random;
import org.junit.jupiter.api.Test;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Memory;
import run.endive.wasm.types.MemoryLimits;

/** What the parser writes it reads again, and nothing outside of its memory. */
final class ParserMemoryTest {

  private static final int PAGES = 2;

  private final ParserMemory memory = new ParserMemory(new MemoryLimits(PAGES, 64));

  @Test
  void remembersWhatTheRuntimesOwnMemoryRemembers() {
    Memory other = new ByteArrayMemory(new MemoryLimits(PAGES, 64));
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      int address = random.nextInt(PAGES * Memory.PAGE_SIZE - Long.BYTES);
      long value = random.nextLong();
      for (Memory one : new Memory[] {memory, other}) {
        switch (i % 8) {
          case 0 -> one.writeByte(address, (byte) value);
          case 1 -> one.writeShort(address, (short) value);
          case 2 -> one.writeI32(address, (int) value);
          case 3 -> one.writeLong(address, value);
          case 4 -> one.writeF32(address, (float) value);
          case 5 -> one.writeF64(address, (double) value);
          case 6 -> one.fill((byte) value, address, address + Long.BYTES);
          default -> one.copy(address, address / 2, Long.BYTES);
        }
      }
      int there = random.nextInt(PAGES * Memory.PAGE_SIZE - Long.BYTES);
      assertThat(memory.read(there)).isEqualTo(other.read(there));
      assertThat(memory.readShort(there)).isEqualTo(other.readShort(there));
      assertThat(memory.readU16(there)).isEqualTo(other.readU16(there));
      assertThat(memory.readInt(there)).isEqualTo(other.readInt(there));
      assertThat(memory.readLong(there)).isEqualTo(other.readLong(there));
      assertThat(memory.readF32(there)).isEqualTo(other.readF32(there));
      assertThat(memory.readF64(there)).isEqualTo(other.readF64(there));
    }
    assertThat(memory.readBytes(0, PAGES * Memory.PAGE_SIZE))
        .isEqualTo(other.readBytes(0, PAGES * Memory.PAGE_SIZE));
  }

  @Test
  void growsToItsLimitAndKeepsWhatItHolds() {
    memory.writeLong(7, 42);

    assertThat(memory.grow(1)).isEqualTo(PAGES);
    assertThat(memory.grow(40)).isEqualTo(PAGES + 1);
    assertThat(memory.grow(64)).isEqualTo(-1);
    assertThat(memory.grow(-1)).isEqualTo(-1);

    assertThat(memory.pages()).isEqualTo(PAGES + 41);
    assertThat(memory.readLong(7)).isEqualTo(42);
    memory.writeLong((PAGES + 41) * Memory.PAGE_SIZE - Long.BYTES, 43);
  }

  @Test
  void nothingOutsideIsReadOrWritten() {
    for (int address : new int[] {-1, Integer.MIN_VALUE, PAGES * Memory.PAGE_SIZE - 1}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> memory.readInt(address));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> memory.writeLong(address, 1));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> memory.write(address, new byte[2], 0, 2));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> memory.readBytes(address, 2));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> memory.copy(0, address, 2));
    }
  }

  @Test
  void readsTextsToTheNulThatEndsThem() {
    byte[] text = "SELECT 1\0rest".getBytes(UTF_8);
    memory.write(100, text, 0, text.length);

    assertThat(memory.bytesUntilNul(100)).asString(UTF_8).isEqualTo("SELECT 1");

    memory.fill((byte) 'x', 0, PAGES * Memory.PAGE_SIZE);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> memory.bytesUntilNul(100));
  }
}
