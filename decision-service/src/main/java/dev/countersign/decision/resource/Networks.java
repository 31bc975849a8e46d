package dev.countersign.decision.resource;

import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where upstreams may be. Asked about the address a connection is really opened to, so that a name
 * which changes its mind between two look-ups gains nothing.
 *
 * <p>Never: link-local addresses, which is where clouds keep credentials of machines; multicast; no
 * address at all. The gateway's own machine only where a network says so that lies in loopback.
 */
public final class Networks {

  /** Anywhere but on this machine. */
  public static final Networks ELSEWHERE = new Networks(List.of("0.0.0.0/0", "::/0"));

  /** Anywhere, this machine included: for what this process itself has started. */
  public static final Networks ANYWHERE =
      new Networks(List.of("0.0.0.0/0", "::/0", "127.0.0.0/8", "::1/128"));

  /** Metadata services that are not link-local. */
  private static final List<Network> METADATA =
      List.of(
          Network.parse("100.100.100.200/32"),
          Network.parse("192.0.0.192/32"),
          Network.parse("fd00:ec2::254/128"));

  private static final class Network {

    private final byte[] address;
    private final int bits;

    private Network(byte[] address, int bits) {
      this.address = address;
      this.bits = bits;
    }

    static Network parse(String text) {
      String[] parts = text.split("/", -1);
      if (parts.length != 2 || !parts[1].matches("[0-9]{1,3}")) {
        throw new IllegalArgumentException(text + " is no network; write one like 10.0.0.0/8");
      }
      byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
      int bits = Integer.parseInt(parts[1]);
      if (bits > address.length * 8) {
        throw new IllegalArgumentException(text + " has more bits than an address");
      }
      return new Network(address, bits);
    }

    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }

    boolean isLoopback() {
      return address.length == 4
          ? address[0] == 127 && bits >= 8
          : bits == 128 && Arrays.equals(address, InetAddress.ofLiteral("::1").getAddress());
    }
  }

  private static final String BUT = "!";

  private final List<String> texts;
  private final List<Network> networks;
  private final Set<InetSocketAddress> own;

  /**
   * @param texts networks in CIDR notation
   * @throws IllegalArgumentException if one is none
   */
  public Networks(List<String> texts) {
    this(texts, Set.of());
  }

  private Networks(List<String> texts, Set<InetSocketAddress> own) {
    this.texts = List.copyOf(texts);
    this.networks = texts.stream().map(Network::parse).toList();
    this.own = Set.copyOf(own);
  }

  /** What {@link #toString} has written. */
  public static Networks parse(String text) {
    String[] parts = text.split(BUT, -1);
    Set<InetSocketAddress> own = new HashSet<>();
    for (String place : List.of(parts).subList(1, parts.length)) {
      int port = place.lastIndexOf('/');
      own.add(
          new InetSocketAddress(
              InetAddress.ofLiteral(place.substring(0, port)),
              Integer.parseInt(place.substring(port + 1))));
    }
    return new Networks(parts[0].isEmpty() ? List.of() : List.of(parts[0].split(",", -1)), own);
  }

  /**
   * The same without what the gateway itself stands on.
   *
   * @param database that the upstream is about, if it is about one
   */
  public Networks without(OwnBackends backends, Optional<String> database) {
    return new Networks(texts, backends.addresses(database));
  }

  /**
   * What speaks against a connection.
   *
   * @param remote where it goes, resolved for the last time
   * @return empty if an upstream may be there
   */
  public Optional<String> objection(SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress address) || address.isUnresolved()) {
      return Optional.of("it has no address");
    }
    return isOwn(address)
        ? Optional.of("the gateway itself stands on it")
        : objection(address.getAddress());
  }

  /** By address and port; the scope of an IPv6 address is no other place. */
  private boolean isOwn(InetSocketAddress remote) {
    byte[] bytes = embedded(remote.getAddress()).getAddress();
    return own.stream()
        .anyMatch(
            place ->
                place.getPort() == remote.getPort()
                    && Arrays.equals(place.getAddress().getAddress(), bytes));
  }

  /**
   * Lets a connection begin.
   *
   * @throws ConnectException if no upstream may be there
   */
  public void require(SocketAddress remote) throws ConnectException {
    Optional<String> objection = objection(remote);
    if (objection.isPresent()) {
      throw new ConnectException("no upstream may be at " + remote + ": " + objection.get());
    }
  }

  /**
   * What speaks against an address.
   *
   * @return empty if an upstream may be there
   */
  public Optional<String> objection(InetAddress address) {
    InetAddress meant = embedded(address);
    byte[] bytes = meant.getAddress();
    if (meant.isLinkLocalAddress() || METADATA.stream().anyMatch(known -> known.contains(bytes))) {
      return Optional.of("it is link-local or a cloud's metadata service");
    }
    if (meant.isAnyLocalAddress()
        || meant.isMulticastAddress()
        || (bytes[0] == 0 && bytes.length == 4)) {
      return Optional.of("it is no address of one machine");
    }
    boolean allowed =
        networks.stream()
            .filter(network -> network.isLoopback() == meant.isLoopbackAddress())
            .anyMatch(network -> network.contains(bytes));
    return allowed
        ? Optional.empty()
        : Optional.of(
            meant.isLoopbackAddress()
                ? "it is the gateway's own machine, which upstreams.networks does not allow"
                : "it is in none of upstreams.networks");
  }

  /** The IPv4 address that an IPv6 one leads to: NAT64, 6to4, IPv4-compatible. */
  private static InetAddress embedded(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return address;
    }
    if (Network.parse("64:ff9b::/96").contains(bytes) || isIpv4Compatible(bytes)) {
      return ipv4(bytes, 12);
    }
    return Network.parse("2002::/16").contains(bytes) ? ipv4(bytes, 2) : address;
  }

  private static boolean isIpv4Compatible(byte[] bytes) {
    boolean isBare = Network.parse("::/96").contains(bytes);
    return isBare && (bytes[12] != 0 || bytes[13] != 0 || bytes[14] != 0);
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** As it was configured, with commas between; then where upstreams may not be all the same. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(String.join(",", texts));
    for (InetSocketAddress place : own) {
      text.append(BUT)
          .append(place.getAddress().getHostAddress())
          .append('/')
          .append(place.getPort());
    }
    return text.toString();
  }
}
