package dev.countersign.cli.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Writes the configuration file of the demo's gateway: the same keys as for any other. */
final class DemoConfiguration {

  private DemoConfiguration() {}

  static String yaml(
      DemoUpstreams upstreams,
      DoorCertificate certificate,
      DemoPorts ports,
      URI issuer,
      Path workbook,
      DemoChoices choices,
      Optional<URI> elasticsearch) {
    DemoDatabases databases = upstreams.databases();
    return """
    # Made by countersign demo.
    state:
      directory: state
      database:
        jdbc:
          url: %s
          user: %s
          password: { file: %s }
    doors:
      roots: %s
      postgres:
        listen: 127.0.0.1:%d
        certificate: %s
        key: %s
      https:
        listen: 127.0.0.1:%d
        certificate: %s
        key: %s
    api:
      listen: 127.0.0.1:%d
      publicUrl: %s
      enforcementPoints: compliance-officers
    identity:
      issuers:
        - issuer: %s
          audience: %s
          client: %s
    upstreams:
      networks: [127.0.0.0/8]
    # Each watch is a session.
    limits:
      sessionsPerSubject: 2000
    resources:
    %s%s%s%spolicy:
      workbook: %s
      source: %s
    %sjournal:
      directory: journal
      ownerKey: owner-public.jwk
      anchors: { directory: anchors }
    """
            .formatted(
                databases.server().url(DemoDatabases.STATE),
                DemoDatabases.STATE_ROLE,
                quoted(databases.statePassword()),
                quoted(certificate.certificate()),
                ports.door(),
                quoted(certificate.certificate()),
                quoted(certificate.key()),
                ports.https(),
                quoted(certificate.certificate()),
                quoted(certificate.key()),
                ports.api(),
                ports.apiUrl(),
                issuer,
                DemoPorts.AUDIENCE,
                DemoIdentityProvider.CLIENT,
                resource(databases, DemoDatabases.ORDERS, "environment: production, owner: shop"),
                resource(databases, DemoDatabases.BENCH, "environment: bench"),
                repository(upstreams.git()),
                cluster(upstreams.cluster()),
                quoted(workbook),
                choices.policy().name().toLowerCase(Locale.ROOT),
                choices
                    .packs()
                    .map(path -> "  packs: " + quoted(path.toAbsolutePath()) + "\n")
                    .orElse(""))
        + elasticsearch.map("elasticsearch:\n  url: %s\n"::formatted).orElse("");
  }

  private static String resource(DemoDatabases databases, String name, String labels) {
    return """
      - name: %s
        kind: postgres
        labels: { %s }
        postgres:
          host: 127.0.0.1
          port: %d
          database: %s
          user: %s
          password: { file: %s }
          tls: disable
    """
        .formatted(
            name,
            labels,
            databases.server().port(),
            name,
            DemoDatabases.GATEWAY_ROLE,
            quoted(databases.gatewayPassword()));
  }

  private static String repository(DemoGitServer git) {
    return """
      - name: %s
        kind: git
        labels: { environment: production, owner: shop }
        git:
          url: %s
          user: %s
          token: { file: %s }
    """
        .formatted(DemoGitServer.PAYMENTS, git.url(), git.user(), quoted(git.tokenFile()));
  }

  private static String cluster(DemoCluster cluster) {
    return """
      - name: %s
        kind: kubernetes
        labels: { environment: production, owner: shop }
        kubernetes:
          server: %s
          authority: %s
          token: { file: %s }
    """
        .formatted(
            DemoCluster.PROD_EU,
            cluster.url(),
            quoted(cluster.authority()),
            quoted(cluster.tokenFile()));
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }
}
