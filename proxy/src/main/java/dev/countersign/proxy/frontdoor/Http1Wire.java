package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpResponseStatus;

/** The answers of one connection of HTTP/1.1. */
final class Http1Wire implements Wire {

  private static final byte[] LINE_END = {'\r', '\n'};

  private final Channel channel;
  private final Http1Handler handler;
  private boolean isChunked;

  Http1Wire(Channel channel, Http1Handler handler) {
    this.channel = channel;
    this.handler = handler;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public void goOn() {
    write(text("HTTP/1.1 100 Continue\r\n\r\n"));
    flush();
  }

  @Override
  public void head(int status, HttpFields fields, boolean hasBody) {
    StringBuilder head = statusLine(status);
    fields.all().forEach(field -> append(head, field.name(), field.value()));
    isChunked = hasBody && fields.first("content-length").isEmpty();
    if (isChunked) {
      append(head, "Transfer-Encoding", "chunked");
    } else if (!hasBody && status >= 200 && status != 204 && status != 304) {
      if (fields.first("content-length").isEmpty()) {
        append(head, "Content-Length", "0");
      }
    }
    write(text(head.append("\r\n").toString()));
  }

  private static StringBuilder statusLine(int status) {
    return new StringBuilder("HTTP/1.1 ")
        .append(status)
        .append(' ')
        .append(HttpResponseStatus.valueOf(status).reasonPhrase())
        .append("\r\n");
  }

  /** A value that could end its line would begin an answer of somebody else's. */
  private static void append(StringBuilder head, String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\t' && (c < ' ' || c == 0x7f || c >= 0x100)) {
        throw new IllegalArgumentException("header field " + name + " has control characters");
      }
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public void content(ByteBuf part) {
    if (isChunked) {
      write(
          Unpooled.wrappedBuffer(
              text(Integer.toHexString(part.readableBytes()) + "\r\n"),
              part,
              Unpooled.wrappedBuffer(LINE_END)));
    } else {
      write(part);
    }
  }

  @Override
  public void end() {
    if (isChunked) {
      write(text("0\r\n\r\n"));
    }
  }

  @Override
  public void upgrade(HttpFields fields) {
    StringBuilder head = statusLine(101);
    append(head, "Connection", "Upgrade");
    fields.all().forEach(field -> append(head, field.name(), field.value()));
    isChunked = false;
    write(text(head.append("\r\n").toString()));
    flush();
    channel.eventLoop().execute(handler::onUpgraded);
  }

  @Override
  public void requireHttp1() {
    throw new IllegalStateException("HTTP/1.1 is spoken already");
  }

  @Override
  public void abort() {
    var _ = channel.close();
  }

  @Override
  public void finished(boolean isClean) {
    if (!channel.isActive()) {
      // Nothing is to come on it, and its event loop may be gone.
      return;
    }
    if (isClean) {
      channel.eventLoop().execute(handler::onFinished);
    } else {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static ByteBuf text(String text) {
    return Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1));
  }

  private void write(ByteBuf bytes) {
    var _ = channel.write(bytes);
  }

  @Override
  public void flush() {
    channel.flush();
  }
}
