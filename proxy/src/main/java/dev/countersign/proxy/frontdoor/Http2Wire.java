package dev.countersign.proxy.frontdoor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The answer on one stream of HTTP/2. */
final class Http2Wire implements Wire {

  private final Channel stream;
  private final Duration stall;
  private ChannelFuture last;

  /**
   * @param stall how long the client may take nothing of the end of an answer
   */
  Http2Wire(Channel stream, Duration stall) {
    this.stream = stream;
    this.stall = stall;
    last = stream.newSucceededFuture();
  }

  @Override
  public Channel channel() {
    return stream;
  }

  @Override
  public void goOn() {
    writeNow(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("100")));
  }

  @Override
  public void head(int status, HttpFields fields, boolean hasBody) {
    Http2Headers headers = new DefaultHttp2Headers().status(Integer.toString(status));
    for (HttpFields.Field field : fields.all()) {
      if (!field.name().equalsIgnoreCase("connection")) {
        headers.add(field.name().toLowerCase(Locale.ROOT), field.value());
      }
    }
    write(new DefaultHttp2HeadersFrame(headers, !hasBody));
  }

  @Override
  public void content(ByteBuf part) {
    write(new DefaultHttp2DataFrame(part));
  }

  @Override
  public void end() {
    last = stream.write(new DefaultHttp2DataFrame(true));
  }

  @Override
  public void upgrade(HttpFields fields) {
    throw new IllegalStateException("HTTP/2 has no upgrade");
  }

  @Override
  public void requireHttp1() {
    writeNow(new DefaultHttp2ResetFrame(Http2Error.HTTP_1_1_REQUIRED));
  }

  @Override
  public void abort() {
    writeNow(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
  }

  /**
   * A stream that has ended on both sides is gone by itself, once its client has taken the end;
   * another is told to stop.
   */
  @Override
  public void finished(boolean isClean) {
    if (!isClean) {
      writeNow(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    } else if (!last.isDone()) {
      var _ = stream.eventLoop().schedule(this::breakOff, stall.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void breakOff() {
    if (!last.isDone()) {
      writeNow(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
    }
  }

  private void write(Object frame) {
    var _ = stream.write(frame);
  }

  @Override
  public void flush() {
    stream.flush();
  }

  private void writeNow(Object frame) {
    write(frame);
    flush();
  }
}
