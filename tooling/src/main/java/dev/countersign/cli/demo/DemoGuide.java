package dev.countersign.cli.demo;

/** What somebody who has just started the demo may copy and paste. */
final class DemoGuide {

  private DemoGuide() {}

  static String text(DemoWorld world) {
    return """

    The gateway is running. In another terminal, be an agent:

      %s

      SELECT status, count(*) FROM orders GROUP BY status;          allowed
      SELECT name, email, ssn FROM customers LIMIT 5;               masked
      DROP TABLE orders;                                            blocked
      UPDATE orders SET status = 'returned' WHERE id = 7;           waits for a human

    Be the human who is asked, in a third:

      countersign approvals list --as bob
      countersign approvals approve <id> --as bob

    Be the auditor:

      countersign sessions list
      countersign sessions search orders

    The rules are in %s: change them, save, and watch.
    Configuration, tokens, journal: %s
    API: %s
    %s
    Ctrl-C ends it.\
    """
        .formatted(
            world.agent().line(),
            world.running().directory().resolve("countersign.xlsx"),
            world.running().directory(),
            world.running().api(),
            world
                .running()
                .elasticsearch()
                .map(url -> "Elasticsearch: " + url + " (index " + world.running().index() + ")\n")
                .orElse(""));
  }
}
