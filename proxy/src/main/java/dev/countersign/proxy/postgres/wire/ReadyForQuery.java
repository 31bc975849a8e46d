package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/** The server waits for a command. Layout: {@code 'Z', int32 5, byte status}. */
public record ReadyForQuery(Status status) {

  /** Where the session stands. */
  public enum Status {
    IDLE,
    IN_TRANSACTION,
    FAILED_TRANSACTION
  }

  public static ReadyForQuery decode(ByteBuf frame) {
    return WireReader.body(
        frame,
        in ->
            switch ((char) in.int8()) {
              case 'I' -> new ReadyForQuery(Status.IDLE);
              case 'T' -> new ReadyForQuery(Status.IN_TRANSACTION);
              case 'E' -> new ReadyForQuery(Status.FAILED_TRANSACTION);
              default -> throw new WireException.Malformed("a transaction status is unknown");
            });
  }
}
