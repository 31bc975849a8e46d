package dev.countersign.cli.demo;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.audit.OwnerKeyFiles;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.embedded.PostgresServer;
import dev.countersign.cli.embedded.PrivateFiles;
import dev.countersign.cli.gateway.Gateway;
import dev.countersign.cli.gateway.Parts;
import dev.countersign.cli.gateway.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Everything of a demo, running: servers, people, gateway.
 *
 * @param running where the parts are
 * @param upstreams the servers behind the gateway
 * @param ports where the gateway listens
 * @param choices what it consists of
 * @param parts what is to be stopped
 */
record DemoWorld(
    RunningDemo running, DemoUpstreams upstreams, DemoPorts ports, DemoChoices choices, Parts parts)
    implements AutoCloseable {

  private static final String INDEX = "countersign-audit";

  /**
   * Starts everything, or nothing.
   *
   * @param directory emptied first
   */
  static DemoWorld start(Path directory, DemoChoices choices, Progress progress) throws Exception {
    Path home = DemoDirectory.fresh(directory);
    Parts parts = Parts.untilShutdown();
    try {
      return start(home, choices, progress, parts);
    } catch (CommandFailure e) {
      parts.close();
      throw e;
    } catch (Exception e) {
      parts.close();
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the demo does not start: " + StartFailure.inWords(e), e);
    }
  }

  private static DemoWorld start(Path home, DemoChoices choices, Progress progress, Parts parts)
      throws Exception {
    PostgresServer server =
        progress.step(
            "PostgreSQL",
            () ->
                parts.add(
                    "postgres",
                    PostgresServer.start(home.resolve("postgres"), 0, DemoDatabases.LOG)));
    DemoDatabases databases =
        progress.step(
            "sample shop: %d customers, %d orders, %d payments"
                .formatted(SampleShop.CUSTOMERS, SampleShop.ORDERS, SampleShop.PAYMENTS),
            () -> DemoDatabases.create(server, home));
    DemoGitServer git =
        progress.step("git host", () -> parts.add("git host", DemoGitServer.start(home)));
    DemoCluster cluster =
        progress.step(
            "cluster prod-eu: an API server of our own in memory that stands in for a real one",
            () -> parts.add("cluster", DemoCluster.start(home)));
    DemoUpstreams upstreams = new DemoUpstreams(databases, git, cluster);
    Optional<URI> elasticsearch =
        choices.search()
            ? Optional.of(progress.step("Elasticsearch", () -> DemoSearch.start(parts)))
            : Optional.empty();
    DemoPeople people = progress.step("identity provider", () -> DemoPeople.start(home, parts));
    DemoPorts ports = DemoPorts.choose();
    OwnerKeyFiles.make(home);
    Path file =
        PrivateFiles.write(
            home.resolve("countersign.yaml"),
            DemoConfiguration.yaml(
                upstreams,
                DoorCertificate.make(home),
                ports,
                people.issuer(),
                workbook(home),
                choices,
                elasticsearch));
    Configuration configuration = ConfigurationFile.read(file);
    progress.step(
        "gateway",
        () -> {
          Gateway.start(configuration, parts);
          return configuration;
        });
    RunningDemo running =
        new RunningDemo(
            home,
            ProcessHandle.current().pid(),
            ports.apiUrl(),
            elasticsearch,
            INDEX,
            configuration.journalDirectory());
    running.write();
    PrivateFiles.write(
        home.resolve("agent-7.gitconfig"),
        Git.settings("agent-7", running.tokenFile("agent-7"), home.resolve("door.crt")));
    return new DemoWorld(running, upstreams, ports, choices, parts);
  }

  /** The rules lie in the demo's folder, to be changed there. */
  private static Path workbook(Path home) throws IOException {
    Path workbook = home.resolve("countersign.xlsx");
    DemoPolicy.write(workbook);
    return workbook;
  }

  DemoDatabases databases() {
    return upstreams.databases();
  }

  DemoGitServer git() {
    return upstreams.git();
  }

  Psql agent() {
    return new Psql(ports.door(), DemoDatabases.ORDERS, "agent-7", running.tokenFile("agent-7"));
  }

  /** Stock git in a folder, as the agent. */
  Git git(Path directory) {
    return new Git(
        directory, Optional.of(running.tokenFile("agent-7")), Optional.of(doorCertificate()));
  }

  /** The same past the gateway, with the gateway's own token. */
  Git gitDirect(Path directory) {
    return new Git(directory, Optional.of(git().tokenFile()), Optional.empty());
  }

  String gitUrl() {
    return "https://127.0.0.1:" + ports.https() + "/git/" + DemoGitServer.PAYMENTS;
  }

  /** Stock kubectl as the agent; it needs not be installed. */
  Kubectl kubectl() throws IOException {
    return Kubectl.configure(
        running.directory().resolve("agent-7.kubeconfig"),
        clusterUrl(),
        doorCertificate(),
        running.tokenFile("agent-7"));
  }

  /** Where the cluster is, through the gateway. */
  String clusterUrl() {
    return "https://127.0.0.1:" + ports.https() + "/k8s/" + DemoCluster.PROD_EU;
  }

  /** What the HTTPS door shows. */
  Path doorCertificate() {
    return running.directory().resolve("door.crt");
  }

  @Override
  public void close() {
    parts.close();
  }
}
