package dev.countersign.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

final class ApprovalTextTest {

  private final ObjectNode approval = new JsonMapper().createObjectNode();

  @Test
  void showsTimesAsPeopleReadThem() {
    approval.put("expires", "2026-11-25T08:30:22.644778Z").put("preApprovable", "PT1H30M");

    assertThat(ApprovalText.of(approval))
        .contains("expires   2026-11-25T08:30:22Z\n")
        .contains("may be approved beforehand for 1h30m\n");
  }

  @Test
  void saysWhatARequestToAClusterDoes() {
    approval
        .put(
            "excerpt",
            "PATCH /apis/apps/v1/namespaces/prod/deployments/web/scale?x=y ⏎ Content-Type…")
        .put("about", "patch deployments.apps/scale web in prod");
    assertThat(ApprovalText.inShort(approval))
        .isEqualTo("patch deployments.apps/scale web in prod");

    approval.put("excerpt", "DELETE FROM orders").put("about", "delete shop.orders");
    assertThat(ApprovalText.inShort(approval)).isEqualTo("DELETE FROM orders");
  }

  @Test
  void showsATableAsOne() {
    exhibit(
        "[{\"table\":\"orders\",\"size\":\"16 kB\"},{\"table\":\"a\\u001b[2J\",\"size\":\"\"}]");

    assertThat(ApprovalText.of(approval))
        .endsWith(
            """
            Tables
              table       size
              orders      16 kB
              a\\u{1B}[2J
            """);
  }

  @Test
  void showsWhatIsNoTableAsItIs() {
    exhibit("[{\"table\":\"orders\"},{\"size\":\"1\"}]");

    assertThat(ApprovalText.of(approval)).endsWith("[{\"table\":\"orders\"},{\"size\":\"1\"}]\n");
  }

  private void exhibit(String content) {
    approval
        .putArray("exhibits")
        .addObject()
        .put("title", "Tables")
        .put("format", "table")
        .put("content", content);
  }
}
