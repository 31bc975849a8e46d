package dev.countersign.cli.demo;

import java.io.IOException;
import java.nio.file.Path;

/** What somebody who has just started the demo may copy and paste. */
final class DemoGuide {

  private DemoGuide() {}

  static String text(DemoWorld world) throws IOException {
    return """

    The gateway is running. In another terminal, be an agent:

      %1$s

      SELECT status, count(*) FROM orders GROUP BY status;          allowed
      SELECT name, email, ssn FROM customers LIMIT 5;               masked
      DROP TABLE orders;                                            blocked
      UPDATE orders SET status = 'returned' WHERE id = 7;           waits for a human

    Or with git:

      export GIT_CONFIG_GLOBAL=%4$s/agent-7.gitconfig GIT_SSL_CAINFO=%4$s/door.crt
      git clone %7$s && cd payments
      git commit --allow-empty -m "Try it"
      git push origin HEAD:agent/mine                               allowed
      git push origin HEAD:main                                     waits for a human
      git push origin :main                                         blocked

    Or with kubectl (the cluster is an API server of our own in memory; nothing runs in it):

      export KUBECONFIG=%8$s
      kubectl get pods                                              allowed
      kubectl get secret db -o yaml                                 masked
      kubectl delete ns prod                                        blocked
      kubectl scale deployment web --replicas=5                     waits for a human

    Be the human who is asked, in a browser:

      %5$s      sign in as bob; as olivia you are an officer, as audrey an auditor

    Or in a third terminal:

      %2$s approvals list --as bob
      %2$s approvals approve <id> --as bob
      %2$s sessions search orders
      %2$s audit search 'ref:refs/heads/main'
      %2$s sessions replay <session>

    %3$s
    Configuration, tokens, journal: %4$s
    Console and API: %5$s
    %6$s
    Ctrl-C ends it.\
    """
        .formatted(
            world.agent().line(),
            command(world),
            rules(world),
            world.running().directory(),
            world.running().api(),
            world
                .running()
                .elasticsearch()
                .map(url -> "Elasticsearch: " + url + " (index " + world.running().index() + ")\n")
                .orElse(""),
            world.gitUrl(),
            world.kubectl().kubeconfig());
  }

  private static String rules(DemoWorld world) {
    Path workbook = world.running().directory().resolve("countersign.xlsx");
    return switch (world.choices().policy()) {
      case FILE -> "The rules are in " + workbook + ": change them, save, and watch.";
      case VERSIONS ->
          "The rules began with "
              + workbook
              + ". Change a copy, and: policy submit <copy> --as olivia, policy activate <version>"
              + " --as oscar.";
    };
  }

  /** How this was started; where the demo is not in its usual place, that is said too. */
  private static String command(DemoWorld world) {
    String launcher = System.getProperty("countersign.command", "countersign");
    return world.running().directory().equals(RunningDemo.defaultDirectory())
        ? launcher
        : RunningDemo.DIRECTORY_VARIABLE + "=" + world.running().directory() + " " + launcher;
  }
}
