package dev.countersign.cli.demo;

import java.io.IOException;
import java.net.URI;

/**
 * Where the demo listens: the usual ports if they are free.
 *
 * @param door the PostgreSQL door
 * @param https the door of git and of the cluster
 * @param api the HTTP API
 */
record DemoPorts(int door, int https, int api) {

  static final String AUDIENCE = "countersign";
  private static final int DOOR = 6432;
  private static final int HTTPS = 6443;
  private static final int API = 8642;

  static DemoPorts choose() throws IOException {
    return new DemoPorts(Ports.free(DOOR), Ports.free(HTTPS), Ports.free(API));
  }

  URI apiUrl() {
    return URI.create("http://127.0.0.1:" + api);
  }
}
