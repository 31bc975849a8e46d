package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/** A command ended well. Layout: {@code 'C', int32 length, cstring tag}. */
public record CommandComplete(String tag) {

  public static CommandComplete decode(ByteBuf frame) {
    return WireReader.body(frame, in -> new CommandComplete(in.cString()));
  }
}
