package dev.countersign.cli.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A human at Keycloak's pages: signs in, and grants what is asked for. */
final class KeycloakBrowser {

  private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> cookies = new TreeMap<>();
  private final String user;

  KeycloakBrowser(String user) {
    this.user = user;
  }

  /**
   * Opens a page and fills in forms until there is none left.
   *
   * @return where Keycloak leads to in the end outside of itself, if it does
   */
  Optional<URI> signIn(URI page) {
    URI at = page;
    HttpResponse<String> response = send(HttpRequest.newBuilder(at).GET());
    for (int step = 0; step < 20; step++) {
      Optional<String> location = response.headers().firstValue("Location");
      if (location.isPresent()) {
        at = at.resolve(location.get());
        if (!at.getAuthority().equals(page.getAuthority())) {
          return Optional.of(at);
        }
        response = send(HttpRequest.newBuilder(at).GET());
        continue;
      }
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      Matcher form = FORM.matcher(response.body());
      if (!form.find()) {
        return Optional.empty();
      }
      at = at.resolve(form.group(1).replace("&amp;", "&"));
      response =
          send(
              HttpRequest.newBuilder(at)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString(Keycloak.encoded(fields(response.body())))));
    }
    throw new AssertionError("Keycloak goes round in circles at " + at);
  }

  private Map<String, String> fields(String page) {
    Map<String, String> fields = new HashMap<>();
    Matcher hidden = HIDDEN.matcher(page);
    while (hidden.find()) {
      fields.put(hidden.group(1), hidden.group(2));
    }
    if (page.contains("name=\"password\"")) {
      fields.put("username", user);
      fields.put("password", Keycloak.PASSWORD);
    } else {
      fields.put("accept", "Yes");
    }
    return fields;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      for (String cookie : response.headers().allValues("Set-Cookie")) {
        String[] pair = cookie.split(";", 2)[0].split("=", 2);
        cookies.put(pair[0], pair[1]);
      }
      return response;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
