package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that sends exactly the bytes it is told to, for what no stock client would send. */
final class RawClient implements AutoCloseable {

  static final int SSL_REQUEST = 80877103;
  static final int PROTOCOL_3_0 = 196608;
  static final int PROTOCOL_3_2 = 196610;

  /** A message of the server: its type and its body, one char a byte. */
  record Message(char type, String body) {

    /** A field of an error or a notice; empty if it has none of the kind. */
    String field(char kind) {
      return Arrays.stream(body.split("\0", -1))
          .filter(field -> !field.isEmpty() && field.charAt(0) == kind)
          .map(field -> field.substring(1))
          .findFirst()
          .orElse("");
    }
  }

  private Socket socket;

  RawClient(InetSocketAddress door) throws IOException {
    socket = new Socket(door.getAddress(), door.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
  }

  /** A client behind its login. */
  static RawClient loggedIn(OpenDoor door) throws Exception {
    RawClient client = new RawClient(door.address);
    client.tls();
    client.logIn(PROTOCOL_3_0);
    return client;
  }

  /** Everything of a login from the startup packet on; answers what came after the password. */
  List<Message> logIn(int version) throws IOException {
    startup(version, "user", "agent-7", "database", "orders");
    message();
    send('p', cString(OpenDoor.TOKEN));
    return untilReady();
  }

  /** A client of the server itself, as the database's owner. */
  static RawClient direct(int port) throws IOException {
    RawClient client = new RawClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    client.startup(PROTOCOL_3_0, "user", "postgres", "database", "postgres");
    client.untilReady();
    return client;
  }

  void tls() throws Exception {
    raw(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
    if (socket.getInputStream().read() != 'S') {
      throw new IOException("no TLS");
    }
    SSLSocket tls =
        (SSLSocket)
            TrustEverybody.context().getSocketFactory().createSocket(socket, "localhost", 0, true);
    tls.startHandshake();
    socket = tls;
  }

  /** TLS without asking for it. */
  void directTls(String... protocols) throws Exception {
    SSLSocket tls =
        (SSLSocket)
            TrustEverybody.context().getSocketFactory().createSocket(socket, "localhost", 0, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    socket = tls;
  }

  void startup(int version, String... parameters) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(ByteBuffer.allocate(4).putInt(version).array());
    for (String parameter : parameters) {
      body.write(cString(parameter));
    }
    body.write(0);
    raw(ByteBuffer.allocate(4).putInt(body.size() + 4).array(), body.toByteArray());
  }

  void raw(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    socket.getOutputStream().write(all.toByteArray());
    socket.getOutputStream().flush();
  }

  void send(char type, byte[]... body) throws IOException {
    raw(frame(type, body));
  }

  static byte[] frame(char type, byte[]... body) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : body) {
      all.write(part);
    }
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(frame);
    out.writeByte(type);
    out.writeInt(all.size() + 4);
    out.write(all.toByteArray());
    return frame.toByteArray();
  }

  static byte[] cString(String text) {
    return (text + "\0").getBytes(UTF_8);
  }

  static byte[] int16(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }

  static byte[] int32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  static byte[] parse(String name, String sql) throws IOException {
    return frame('P', cString(name), cString(sql), int16(0));
  }

  static byte[] bind(String statement) throws IOException {
    return bind("", statement);
  }

  static byte[] bind(String portal, String statement) throws IOException {
    return frame('B', cString(portal), cString(statement), int16(0), int16(0), int16(0));
  }

  static byte[] execute() throws IOException {
    return frame('E', cString(""), int32(0));
  }

  static byte[] sync() throws IOException {
    return frame('S');
  }

  /** The next message. */
  Message message() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    char type = (char) in.readUnsignedByte();
    return new Message(type, new String(in.readNBytes(in.readInt() - 4), ISO_8859_1));
  }

  /** Everything up to ReadyForQuery. */
  List<Message> untilReady() throws IOException {
    List<Message> messages = new ArrayList<>();
    do {
      messages.add(message());
    } while (messages.getLast().type() != 'Z');
    return messages;
  }

  /** Everything until the server hangs up. */
  List<Message> untilClosed() throws IOException {
    List<Message> messages = new ArrayList<>();
    try {
      while (true) {
        messages.add(message());
      }
    } catch (EOFException | java.net.SocketException | javax.net.ssl.SSLException closed) {
      return messages;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
