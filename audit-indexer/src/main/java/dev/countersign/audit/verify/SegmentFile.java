package dev.countersign.audit.verify;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** The records of a segment, one after the other, right or wrong. */
final class SegmentFile implements AutoCloseable {

  private final RandomAccessFile file;
  private final boolean shredded;
  private long offset;

  SegmentFile(Path path, boolean shredded) throws IOException {
    file = new RandomAccessFile(path.toFile(), "r");
    this.shredded = shredded;
  }

  Header header() throws IOException, Header.NoHeaderException {
    Header header = Header.parse(read(0, Header.LONGEST), shredded);
    offset = header.length();
    return header;
  }

  long offset() {
    return offset;
  }

  boolean isAtEnd() throws IOException {
    return offset == file.length();
  }

  /** The next one; empty at the end, or where no whole record can be. */
  Optional<JournalRecord> next() throws IOException {
    byte[] head = read(offset, 4);
    if (head.length < 4) {
      return Optional.empty();
    }
    int content = ByteBuffer.wrap(head).getInt();
    if (content <= 16
        || content > JournalRecord.LONGEST_CONTENT
        || file.length() - offset < (long) content + JournalRecord.OVERHEAD) {
      return Optional.empty();
    }
    JournalRecord record =
        JournalRecord.parse(read(offset, content + JournalRecord.OVERHEAD), offset, shredded);
    offset += record.length();
    return Optional.of(record);
  }

  private byte[] read(long from, int length) throws IOException {
    byte[] bytes = new byte[(int) Math.max(0, Math.min(length, file.length() - from))];
    file.seek(from);
    file.readFully(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
