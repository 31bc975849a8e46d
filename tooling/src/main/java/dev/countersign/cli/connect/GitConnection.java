package dev.countersign.cli.connect;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What git needs: a credential helper that answers for this gateway, and its certificates. No
 * secret is in it.
 *
 * @param settings git's own configuration, in order
 */
record GitConnection(URI url, List<Setting> settings) implements Connection {

  record Setting(String key, String value) {}

  static GitConnection of(Minted minted, Minted.GitDoor door, Access access) {
    String gateway = "https://" + door.url().getRawAuthority();
    List<String> helper = new ArrayList<>(List.of(Shell.launcher(), "git-credential"));
    helper.addAll(access.words());
    List<Setting> settings = new ArrayList<>();
    // An empty one first: helpers of the user would keep what is meant to end.
    settings.add(new Setting("credential." + gateway + ".helper", ""));
    settings.add(new Setting("credential." + gateway + ".helper", "!" + Shell.line(helper)));
    settings.add(new Setting("credential." + gateway + ".useHttpPath", "true"));
    minted
        .roots()
        .ifPresent(
            pem ->
                settings.add(
                    new Setting(
                        "http." + gateway + "/.sslCAInfo",
                        Roots.write(access.server(), pem).toString())));
    return new GitConnection(door.url(), List.copyOf(settings));
  }

  @Override
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("GIT_CONFIG_COUNT", String.valueOf(settings.size()));
    for (int i = 0; i < settings.size(); i++) {
      environment.put("GIT_CONFIG_KEY_" + i, settings.get(i).key());
      environment.put("GIT_CONFIG_VALUE_" + i, settings.get(i).value());
    }
    environment.put("GIT_TERMINAL_PROMPT", "0");
    return environment;
  }

  @Override
  public String guide() {
    StringBuilder text = new StringBuilder();
    settings.forEach(
        setting ->
            text.append(
                    Shell.line(
                        List.of(
                            "git", "config", "--global", "--add", setting.key(), setting.value())))
                .append('\n'));
    return text + "git clone " + url;
  }

  @Override
  public Written write() {
    throw new CommandFailure(
        ExitCode.USAGE, "git has its own way to write its configuration:\n" + guide());
  }
}
