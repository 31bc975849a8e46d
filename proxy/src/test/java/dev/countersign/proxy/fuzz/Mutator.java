package dev.countersign.proxy.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs a little, at random. */
final class Mutator {

  private static final int LONGEST = 16 * 1024;
  private static final int[] NUMBERS = {
    0, 1, 2, 4, 5, 0xff, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, -1, -2
  };

  private final Random random;
  private final Shape shape;
  private final List<byte[]> words;

  /**
   * @param words what is put in as a whole
   */
  Mutator(Random random, Shape shape, List<byte[]> words) {
    this.random = random;
    this.shape = shape;
    this.words = List.copyOf(words);
  }

  /**
   * A mutant.
   *
   * @param other what parts may be taken from
   */
  byte[] mutant(byte[] input, byte[] other) {
    List<byte[]> messages = shape.cut(input);
    List<byte[]> others = shape.cut(other);
    int at = random.nextInt(messages.size());
    if (messages.size() + others.size() > 2 && random.nextInt(4) == 0) {
      switch (random.nextInt(3)) {
        case 0 -> messages.remove(at);
        case 1 -> messages.add(at, messages.get(random.nextInt(messages.size())));
        default -> messages.add(at, others.get(random.nextInt(others.size())));
      }
    } else {
      byte[] message = messages.get(at);
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        message = changed(message, others.get(random.nextInt(others.size())));
      }
      messages.set(at, random.nextInt(8) == 0 ? message : shape.mended(message));
    }
    byte[] mutant = joined(messages);
    return mutant.length > LONGEST ? Arrays.copyOf(mutant, LONGEST) : mutant;
  }

  private byte[] changed(byte[] input, byte[] other) {
    int at = random.nextInt(input.length + 1);
    int to = at + random.nextInt(Math.min(16, input.length - at) + 1);
    return switch (random.nextInt(10)) {
      case 0 -> put(input, at, (byte) (1 << random.nextInt(8)), true);
      case 1 -> put(input, at, (byte) (32 + random.nextInt(95)), false);
      case 2 -> put(input, at, (byte) NUMBERS[random.nextInt(NUMBERS.length)], false);
      case 3 -> number(input, at);
      case 4 -> replaced(input, at, to, new byte[0]);
      case 5 -> Arrays.copyOf(input, at);
      case 6 -> replaced(input, at, at, other);
      case 7 ->
          replaced(
              input, at, input.length, Arrays.copyOfRange(other, pick(other.length), other.length));
      // Many times the same is deep, where it nests.
      case 8 -> replaced(input, at, at, repeated(input, at, to));
      default ->
          replaced(
              input,
              at,
              random.nextBoolean() ? at : to,
              words.isEmpty() ? new byte[1] : words.get(random.nextInt(words.size())));
    };
  }

  private int pick(int length) {
    return random.nextInt(length + 1);
  }

  private byte[] repeated(byte[] input, int from, int to) {
    byte[] part = Arrays.copyOfRange(input, from, to);
    byte[] all = new byte[part.length * (random.nextInt(20) == 0 ? 500 : 1 + random.nextInt(3))];
    for (int i = 0; i < all.length; i += part.length) {
      System.arraycopy(part, 0, all, i, part.length);
    }
    return all;
  }

  private byte[] number(byte[] input, int at) {
    byte[] number = new byte[4];
    ByteBuffer.wrap(number).putInt(NUMBERS[random.nextInt(NUMBERS.length)]);
    byte[] part = random.nextBoolean() ? number : Arrays.copyOfRange(number, 2, 4);
    return replaced(input, at, Math.min(at + part.length, input.length), part);
  }

  private static byte[] put(byte[] input, int at, byte value, boolean flip) {
    byte[] changed = input.clone();
    if (at < changed.length) {
      changed[at] = flip ? (byte) (changed[at] ^ value) : value;
    }
    return changed;
  }

  private static byte[] replaced(byte[] input, int from, int to, byte[] part) {
    return joined(
        List.of(Arrays.copyOf(input, from), part, Arrays.copyOfRange(input, to, input.length)));
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** How messages follow each other in an input. */
  enum Shape {
    /** The whole is one. */
    TEXT(-1),
    /** Each begins with its length. */
    LENGTH_FIRST(0),
    /** Each begins with the byte of its type and the length of the rest. */
    TYPE_FIRST(1);

    private final int lengthAt;

    Shape(int lengthAt) {
      this.lengthAt = lengthAt;
    }

    List<byte[]> cut(byte[] input) {
      List<byte[]> messages = new ArrayList<>();
      int at = 0;
      while (lengthAt >= 0 && input.length - at >= lengthAt + 4) {
        long length = ByteBuffer.wrap(input).getInt(at + lengthAt) + (long) lengthAt;
        if (length < lengthAt + 4 || length > input.length - at) {
          break;
        }
        messages.add(Arrays.copyOfRange(input, at, at + (int) length));
        at += (int) length;
      }
      if (at < input.length || messages.isEmpty()) {
        messages.add(Arrays.copyOfRange(input, at, input.length));
      }
      return messages;
    }

    byte[] mended(byte[] message) {
      if (lengthAt >= 0 && message.length >= lengthAt + 4) {
        ByteBuffer.wrap(message).putInt(lengthAt, message.length - lengthAt);
      }
      return message;
    }
  }
}
