package dev.countersign.cli.gateway;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.proxy.frontdoor.HttpDoor;
import dev.countersign.proxy.frontdoor.HttpsListener;
import java.io.IOException;
import java.util.Map;

/** The HTTPS listener with the doors behind it, where the configuration has one. */
final class HttpsDoors {

  private HttpsDoors() {}

  /**
   * Opens them.
   *
   * @param doors by the first segment of the paths they own
   */
  static void open(Configuration configuration, Map<String, HttpDoor> doors, Parts parts)
      throws IOException {
    if (configuration.doors().https().isPresent()) {
      HttpsListener listener =
          new HttpsListener(Translation.httpsDoor(configuration.doors().https().get()), doors);
      listener.start();
      parts.add("https", listener);
    }
  }
}
