package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One stream of HTTP/2: one exchange. Confined to its event loop. */
final class Http2StreamHandler extends ChannelInboundHandlerAdapter {

  private final HttpsConfig.Limits limits;
  private final Serving serving;
  private @Nullable LiveExchange exchange;

  Http2StreamHandler(HttpsConfig.Limits limits, Serving serving) {
    this.limits = limits;
    this.serving = serving;
  }

  @Override
  public void channelActive(ChannelHandlerContext in) {
    in.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext in, Object message) {
    switch (message) {
      case Http2HeadersFrame headers -> onHeaders(in, headers);
      case Http2DataFrame data when exchange != null -> {
        if (data.content().isReadable()) {
          exchange.onContent(data.content());
        } else {
          data.release();
        }
        if (data.isEndStream()) {
          exchange.onBodyEnd();
        }
      }
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void onHeaders(ChannelHandlerContext in, Http2HeadersFrame frame) {
    if (exchange != null) {
      // Trailers: nothing that is asked for stands there.
      if (frame.isEndStream()) {
        exchange.onBodyEnd();
      }
      return;
    }
    Http2Wire wire = new Http2Wire(in.channel(), limits.stall());
    try {
      RequestHead head = head(frame.headers());
      LiveExchange next =
          new LiveExchange(
              head, (InetSocketAddress) in.channel().parent().remoteAddress(), wire, limits);
      exchange = next;
      if (frame.isEndStream()) {
        next.onBodyEnd();
      }
      serving.serve(head, next);
    } catch (BadRequestException e) {
      byte[] body = (e.getMessage() + "\n").getBytes(UTF_8);
      wire.head(e.status(), HttpFields.of("Content-Type", "text/plain"), true);
      wire.content(Unpooled.wrappedBuffer(body));
      wire.end();
      wire.flush();
    }
  }

  /** The codec has checked names, pseudo-headers and fields that HTTP/2 has not. */
  private static RequestHead head(Http2Headers headers) {
    List<HttpFields.Field> fields = new ArrayList<>();
    CharSequence authority = headers.authority();
    if (authority != null) {
      fields.add(new HttpFields.Field("host", authority.toString()));
    }
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      String name = header.getKey().toString();
      if (!name.startsWith(":") && !(name.equals("host") && isSame(authority, header.getValue()))) {
        fields.add(new HttpFields.Field(name, header.getValue().toString()));
      }
    }
    HttpFields all = new HttpFields(fields);
    if (all.values("host").size() != 1) {
      throw BadRequestException.malformed("not exactly one authority");
    }
    return new RequestHead(
        HeadReader.method(text(headers.method())),
        HeadReader.target(text(headers.path())),
        all,
        HttpExchange.Protocol.HTTP_2);
  }

  private static boolean isSame(@Nullable CharSequence authority, CharSequence host) {
    return authority != null && authority.toString().contentEquals(host);
  }

  private static String text(@Nullable CharSequence text) {
    return text == null ? "" : text.toString();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext in) {
    if (exchange == null || exchange.wants()) {
      in.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext in) {
    if (exchange != null) {
      exchange.onWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext in) {
    if (exchange != null) {
      exchange.onGone();
    }
  }

  /**
   * What breaks the protocol is answered by the codec, which hangs up on a client that makes it do
   * so again and again. Closed here, the stream would seem to be given up by the door.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext in, Throwable cause) {
    if (!(cause instanceof Http2Exception)) {
      var _ = in.close();
    }
  }
}
