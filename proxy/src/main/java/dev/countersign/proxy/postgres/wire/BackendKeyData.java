package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * What a client needs to cancel. Layout: {@code 'K', int32 length, int32 pid, key}: 4 bytes in
 * protocol 3.0, up to 256 since 3.2.
 */
@SuppressWarnings("ArrayRecordComponent") // Cloned and compared by content, below.
public record BackendKeyData(int pid, byte[] key) {

  public BackendKeyData {
    key = key.clone();
    if (key.length < 4 || key.length > 256) {
      throw new WireException.Malformed("a cancel key is 4 to 256 bytes");
    }
  }

  public static BackendKeyData decode(ByteBuf frame) {
    return WireReader.body(frame, in -> new BackendKeyData(in.int32(), in.rest()));
  }

  @Override
  public byte[] key() {
    return key.clone();
  }

  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'K');
    out.writeInt(pid).writeBytes(key);
    WireWriter.close(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BackendKeyData that && pid == that.pid && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return 31 * pid + Arrays.hashCode(key);
  }

  /** Without the key: it is a secret. */
  @Override
  public String toString() {
    return "BackendKeyData[pid=" + pid + "]";
  }
}
