package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.decision.approval.Exhibit;
import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A push that was received whole, what it comes to, and what the rules say of each of its refs.
 *
 * @param updates one for each of its commands, in their order
 * @param decisions one for each of these
 * @param exhibits empty unless a human is to be asked
 * @param pack exactly what goes upstream; empty where all that is asked is to delete
 * @param text what an approval is about
 */
record JudgedPush(
    PushRequest request,
    List<RefUpdate> updates,
    List<Decision> decisions,
    List<Finding> findings,
    List<Exhibit> exhibits,
    Optional<JudgedPack> pack,
    String text) {

  /** How many of the refs the first line of the text names. */
  private static final int NAMED = 3;

  Decision decision() {
    return Decision.together(decisions);
  }

  /** The refs for which nothing goes. */
  Set<String> blocked() {
    Set<String> blocked = new HashSet<>();
    for (int i = 0; i < decisions.size(); i++) {
      if (decisions.get(i).verdict() == Verdict.BLOCK) {
        blocked.add(request.commands().get(i).ref());
      }
    }
    return blocked;
  }

  /**
   * The text of a push: a line for people, and all that makes it the push it is.
   *
   * @param whats what becomes of its refs, in words
   * @param pack the digest of what goes upstream; empty where there is none
   */
  static String text(String resource, PushRequest request, List<String> whats, String pack) {
    StringBuilder text = new StringBuilder("push to ").append(resource).append(": ");
    text.append(String.join(", ", whats.subList(0, Math.min(NAMED, whats.size()))));
    if (whats.size() > NAMED) {
      text.append(" and ").append(whats.size() - NAMED).append(" more");
    }
    StringBuilder said = new StringBuilder();
    request.commands().forEach(command -> said.append('\n').append(command));
    request.options().forEach(option -> said.append("\noption ").append(option));
    text.append(redacted(said.toString()));
    if (request.has(PushRequest.ATOMIC)) {
      text.append("\natomic");
    }
    return (pack.isEmpty() ? text : text.append("\npack ").append(pack)).toString();
  }

  /** A yes to one secret is none to another: what was blacked out counts, too. */
  private static String redacted(String said) {
    String redacted = SecretScanner.redact(said);
    return redacted.equals(said)
        ? said
        : redacted
            + "\nblacked out: sha256:"
            + HexFormat.of().formatHex(Digests.sha256().digest(said.getBytes(UTF_8)));
  }
}
