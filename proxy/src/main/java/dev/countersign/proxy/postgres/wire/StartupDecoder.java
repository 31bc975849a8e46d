package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts and decodes the packets that come before the first typed message, one {@link StartupPacket}
 * at a time: whoever gets it decides what the next bytes are. When the very first byte is that of a
 * TLS record it fires {@link DirectTls} and consumes nothing; the receiver must then replace it.
 */
public final class StartupDecoder extends ByteToMessageDecoder {

  /** PostgreSQL's own limit, MAX_STARTUP_PACKET_LENGTH. */
  static final int LIMIT = 10_000;

  private static final int TLS_HANDSHAKE = 0x16;

  private boolean first = true;

  /** The event that says: this client began with TLS, without asking. */
  public record DirectTls() {}

  public StartupDecoder() {
    setSingleDecode(true);
  }

  /** How many bytes have come in after the last packet: must be none before TLS begins. */
  public int bytesLeft() {
    return actualReadableBytes();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (first && in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
      first = false;
      ctx.fireUserEventTriggered(new DirectTls());
      if (!ctx.isRemoved()) {
        throw new WireException.Unexpected("TLS without asking for it is not accepted here");
      }
      return;
    }
    if (in.readableBytes() < 4) {
      return;
    }
    first = false;
    long length = in.getUnsignedInt(in.readerIndex());
    if (length < 8) {
      throw new WireException.Malformed("a startup packet is too short");
    }
    if (length > LIMIT) {
      throw new WireException.TooLong("a startup packet is longer than " + LIMIT + " bytes");
    }
    if (in.readableBytes() >= length) {
      ByteBuf packet = in.readSlice((int) length);
      packet.skipBytes(4);
      out.add(WireReader.all(packet, StartupPacket::decode));
    }
  }
}
