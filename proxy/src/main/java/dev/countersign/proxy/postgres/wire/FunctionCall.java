package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Calls a function by its OID, without SQL. Layout: {@code 'F', int32 length, int32 OID}, then
 * formats and arguments, which nobody here reads: the gateway refuses it.
 */
public record FunctionCall(int function) implements FrontendMessage {

  static FunctionCall decode(WireReader in) {
    FunctionCall call = new FunctionCall(in.int32());
    in.rest();
    return call;
  }

  @Override
  public void encode(ByteBuf out) {
    throw new UnsupportedOperationException("the gateway never calls functions by OID");
  }
}
