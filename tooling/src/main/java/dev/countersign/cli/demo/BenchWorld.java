package dev.countersign.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The demo's world without a search server, and the ways to its benchmark database. */
public final class BenchWorld implements AutoCloseable {

  private final DemoWorld world;

  private BenchWorld(DemoWorld world) {
    this.world = world;
  }

  public static BenchWorld start(PrintWriter out) throws Exception {
    Psql.requireInstalled("pgbench", "postgresql-contrib");
    Path home = Files.createTempDirectory("countersign-bench-");
    return new BenchWorld(DemoWorld.start(home, DemoChoices.LEAST, new Progress(out)));
  }

  /** libpq's variables for the server itself. */
  public Map<String, String> direct() throws IOException {
    return Map.of(
        "PGHOST",
        "127.0.0.1",
        "PGPORT",
        "" + serverPort(),
        "PGDATABASE",
        database(),
        "PGUSER",
        user(),
        "PGPASSWORD",
        password(),
        "PGSSLMODE",
        "disable");
  }

  /** libpq's variables for the door. */
  public Map<String, String> gateway() {
    return Map.of(
        "PGHOST",
        "127.0.0.1",
        "PGPORT",
        "" + world.ports().door(),
        "PGDATABASE",
        database(),
        "PGUSER",
        "bench",
        "PGPASSWORD",
        world.running().token("bench"),
        "PGSSLMODE",
        "require");
  }

  /** What the door shows its clients. */
  public DoorCertificate certificate() {
    return DoorCertificate.in(world.running().directory());
  }

  public int serverPort() {
    return world.databases().server().port();
  }

  public String database() {
    return DemoDatabases.BENCH;
  }

  public String user() {
    return DemoDatabases.GATEWAY_ROLE;
  }

  public String password() throws IOException {
    return Files.readString(world.databases().gatewayPassword()).strip();
  }

  @Override
  public void close() throws IOException {
    world.close();
    DemoDirectory.delete(world.running().directory());
  }
}
