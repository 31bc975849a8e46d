package dev.countersign.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A segment's header, every byte of it accounted for. */
record Header(
    long number,
    long first,
    long unsyncedFrom,
    long created,
    UUID journal,
    Bytes previous,
    boolean encrypted,
    Bytes wrappedHash,
    Bytes owner,
    Bytes signer,
    List<Bytes> tree,
    String wrapped,
    int length,
    Bytes chainStart) {

  static final int FIXED = 224;
  static final int LONGEST = FIXED + 64 * 32 + 4096 + 4;

  /** Why bytes are no header. */
  static final class NoHeaderException extends Exception {
    private static final long serialVersionUID = 1;

    NoHeaderException(String message) {
      super(message);
    }
  }

  static Header parse(byte[] bytes, boolean shredded) throws NoHeaderException {
    require(bytes.length >= FIXED, "it is shorter than a header");
    ByteBuffer in = ByteBuffer.wrap(bytes);
    require(in.getInt(220) == Bytes.crc(bytes, 0, 220), "its header's CRC is wrong");
    require(Bytes.take(in, 8).equals(new Bytes("CSJOURNL".getBytes(US_ASCII))), "no CSJOURNL");
    require(in.getShort() == 2 && in.getShort() == FIXED, "it is not of format 2");
    require(in.getInt() == 0, "its flags are not 0");
    long number = in.getLong();
    long first = in.getLong();
    long unsyncedFrom = in.getLong();
    long created = in.getLong();
    UUID journal = new UUID(in.getLong(), in.getLong());
    Bytes previous = Bytes.take(in, 32);
    int encryption = in.getShort();
    require((encryption == 0 || encryption == 1) && in.getShort() == 0, "unknown encryption");
    int keyLength = in.getInt();
    Bytes wrappedHash = Bytes.take(in, 32);
    Bytes owner = Bytes.take(in, 32);
    Bytes signer = Bytes.take(in, 32);
    require(Bytes.take(in, 20).isZero(), "its reserved bytes are not 0");
    require(first >= 1 && keyLength >= 0 && keyLength <= 4096, "its lengths cannot be");
    require((encryption == 1) == (keyLength > 0), "encryption and key contradict each other");
    int stored = shredded ? 0 : keyLength;
    int length = FIXED + 32 * Long.bitCount(first - 1) + stored + 4;
    require(bytes.length >= length, "it ends within its header");
    require(
        in.getInt(length - 4) == Bytes.crc(bytes, FIXED, length - 4),
        "the CRC of its tree and key is wrong");
    in.position(FIXED);
    List<Bytes> tree = new ArrayList<>();
    for (int i = Long.bitCount(first - 1); i > 0; i--) {
      tree.add(Bytes.take(in, 32));
    }
    byte[] key = Bytes.take(in, stored).all();
    if (encryption == 1 && !shredded) {
      require(Bytes.sha256(key).equals(wrappedHash), "its wrapped key is another one");
    }
    Bytes chainStart =
        Bytes.sha256(
            "countersign/segment/2\n".getBytes(US_ASCII),
            Arrays.copyOf(bytes, 220),
            Arrays.copyOfRange(bytes, FIXED, FIXED + 32 * tree.size()));
    return new Header(
        number,
        first,
        unsyncedFrom,
        created,
        journal,
        previous,
        encryption == 1,
        wrappedHash,
        owner,
        signer,
        List.copyOf(tree),
        new String(key, US_ASCII),
        length,
        chainStart);
  }

  private static void require(boolean holds, String otherwise) throws NoHeaderException {
    if (!holds) {
      throw new NoHeaderException(otherwise);
    }
  }
}
