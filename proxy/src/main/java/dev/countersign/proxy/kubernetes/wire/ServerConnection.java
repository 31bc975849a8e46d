package dev.countersign.proxy.kubernetes.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.countersign.proxy.frontdoor.HttpFields;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** One connection to an API server: one exchange at a time. */
final class ServerConnection implements AutoCloseable {

  /** Heads before the one that counts. */
  private static final int MOST_HINTS = 8;

  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  private final ServerAddress address;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  ServerConnection(ServerAddress address) throws UpstreamException {
    this.address = address;
    socket = address.connect();
    try {
      in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
      out = new WholeWrites(socket.getOutputStream());
    } catch (IOException e) {
      throw new UpstreamException("the API server has closed the connection", e);
    }
  }

  UpstreamResponse exchange(UpstreamRequest request, ConnectionPool pool) throws UpstreamException {
    try {
      socket.setSoTimeout((int) request.patience().toMillis());
      write(request);
      ResponseHead head = ResponseHead.read(in);
      for (int hints = 0; head.status() < 200 && head.status() != 101; hints++) {
        if (hints == MOST_HINTS) {
          throw new UpstreamException("the API server does not come to an answer");
        }
        head = ResponseHead.read(in);
      }
      return new Answer(head, request, pool);
    } catch (UpstreamException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      throw new UpstreamException.Silent(request.patience(), e);
    } catch (IOException e) {
      throw new UpstreamException("the API server does not answer", e);
    }
  }

  private void write(UpstreamRequest request) throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    field(head, "Host", address.authority());
    for (HttpFields.Field field : request.fields().all()) {
      field(head, field.name(), field.value());
    }
    boolean hasBody = request.body().length > 0;
    if (hasBody || List.of("POST", "PUT", "PATCH").contains(request.method())) {
      field(head, "Content-Length", Integer.toString(request.body().length));
    }
    byte[] start = head.append("\r\n").toString().getBytes(ISO_8859_1);
    byte[] all = Arrays.copyOf(start, start.length + request.body().length);
    System.arraycopy(request.body(), 0, all, start.length, request.body().length);
    out.write(all);
    out.flush();
  }

  private static void field(StringBuilder head, String name, String value) throws IOException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\t' && (c < ' ' || c >= 0x7f)) {
        throw new UpstreamException("header field " + name + " cannot be sent");
      }
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }

  /** An answer on this connection. */
  private final class Answer implements UpstreamResponse {

    private final ResponseHead head;
    private final ConnectionPool pool;
    private final InputStream body;
    private final boolean canBeKept;
    private final boolean isEmpty;
    private boolean closed;

    Answer(ResponseHead head, UpstreamRequest request, ConnectionPool pool)
        throws UpstreamException {
      this.head = head;
      this.pool = pool;
      List<String> codings = head.fields().values("transfer-encoding");
      List<String> lengths = head.fields().values("content-length");
      if (codings.size() + lengths.size() > 1) {
        throw new UpstreamException("the API server frames its answer in two ways");
      }
      boolean nothing = false;
      // A connection that was to become something else serves no other request, whatever came of
      // it.
      boolean isKept =
          !head.fields().lists("connection", "close")
              && request.fields().first("upgrade").isEmpty();
      if (head.status() == 101) {
        body = in;
        isKept = false;
      } else if (request.method().equals("HEAD") || head.status() == 204 || head.status() == 304) {
        body = InputStream.nullInputStream();
        nothing = true;
      } else if (!codings.isEmpty()) {
        if (!codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked")) {
          throw new UpstreamException("the API server uses a coding that is not known");
        }
        body = new ChunkedInput(in);
      } else if (!lengths.isEmpty()) {
        body = new FixedInput(in, length(lengths.getFirst()));
      } else {
        body = in;
        isKept = false;
      }
      canBeKept = isKept;
      isEmpty = nothing;
    }

    private static long length(String text) throws UpstreamException {
      if (!LENGTH.matcher(text).matches()) {
        throw new UpstreamException("the API server gives a length that is no number");
      }
      return Long.parseLong(text);
    }

    @Override
    public int status() {
      return head.status();
    }

    @Override
    public HttpFields fields() {
      return head.fields();
    }

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public OutputStream out() {
      return out;
    }

    /** Called from another thread too, to end a read that waits. */
    @Override
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      if (canBeKept && isReadToTheEnd()) {
        pool.giveBack(ServerConnection.this);
      } else {
        ServerConnection.this.close();
      }
    }

    private boolean isReadToTheEnd() {
      return switch (body) {
        case ChunkedInput chunked -> chunked.isAtEnd();
        case FixedInput fixed -> fixed.isAtEnd();
        default -> isEmpty;
      };
    }
  }
}
