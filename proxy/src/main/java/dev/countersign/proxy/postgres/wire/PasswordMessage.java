package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Answers AuthenticationCleartextPassword. Layout: {@code 'p', int32 length, cstring password}. */
public record PasswordMessage(String password) implements FrontendMessage {

  @Override
  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'p');
    WireWriter.cString(out, password);
    WireWriter.close(out, start);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "PasswordMessage[…]";
  }
}
