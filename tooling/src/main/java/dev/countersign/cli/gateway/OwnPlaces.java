package dev.countersign.cli.gateway;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.embedded.PostgresServer;
import dev.countersign.decision.resource.OwnBackends;
import dev.countersign.decision.resource.OwnBackends.Backend;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a gateway's own backends are, as its configuration says. */
final class OwnPlaces {

  private static final Pattern JDBC =
      Pattern.compile("jdbc:postgresql://([^/?]+)/([^?]*)(?:\\?.*)?", Pattern.DOTALL);
  private static final Pattern HOST = Pattern.compile("\\[?([^\\]]*?)]?(?::([0-9]{1,5}))?");

  private OwnPlaces() {}

  /**
   * All of them.
   *
   * @param server the embedded database server, if there is one
   */
  static OwnBackends of(Configuration configuration, Optional<PostgresServer> server) {
    List<Backend> backends = new ArrayList<>();
    server.ifPresent(embedded -> addDatabases(embedded.url(StateStore.NAME), backends));
    configuration.state().database().jdbc().ifPresent(jdbc -> addDatabases(jdbc.url(), backends));
    configuration
        .elasticsearch()
        .ifPresent(index -> backends.add(of("the search index", index.url())));
    for (Configuration.Issuer issuer : configuration.identity().issuers()) {
      backends.add(of("an issuer", issuer.issuer()));
      issuer.jwks().ifPresent(keys -> backends.add(of("an issuer", keys)));
    }
    configuration
        .journal()
        .anchors()
        .witness()
        .ifPresent(witness -> backends.add(of("the witness", witness)));
    backends.add(of("the API", configuration.api().publicUrl()));
    return new OwnBackends(backends);
  }

  private static Backend of(String what, URI url) {
    int port = url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    return new Backend(what, String.valueOf(url.getHost()), port, Optional.empty());
  }

  /** A URL of the driver may name several servers. */
  private static void addDatabases(String jdbc, List<Backend> backends) {
    Matcher url = JDBC.matcher(jdbc);
    if (!url.matches()) {
      return;
    }
    for (String place : url.group(1).split(",", -1)) {
      Matcher host = HOST.matcher(place);
      if (host.matches()) {
        int port = host.group(2) == null ? 5432 : Integer.parseInt(host.group(2));
        backends.add(new Backend("the database", host.group(1), port, Optional.of(url.group(2))));
      }
    }
  }
}
