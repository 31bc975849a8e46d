package dev.countersign.cli.demo;

import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One kubectl command of the scripted agent and what has to come of it.
 *
 * @param line its arguments, without spaces in any of them
 * @param request how the request begins that the command is about; it may make others before
 * @param answer what the approver does, if somebody is asked
 * @param seen a text that has to be in what kubectl prints
 * @param input what is typed; nothing if empty
 */
record KubeStep(
    String line,
    String request,
    Verdict verdict,
    Optional<TourStep.Answer> answer,
    String seen,
    String input) {

  /** What somebody types into the terminal of the tour. */
  static final String TYPED = "whoami";

  /** Five asterisks in base64. */
  private static final String HIDDEN = SampleCluster.base64("*****");

  /** The script. */
  static List<KubeStep> script(Path privileged) {
    return List.of(
        step("get pods", "list pods in prod", Verdict.ALLOW, "web-1"),
        step("get secret db -o yaml", "get secrets db in prod", Verdict.MASK, HIDDEN),
        step(
            "get secret db -o jsonpath={.data.password}",
            "get secrets db in prod",
            Verdict.MASK,
            HIDDEN),
        step("get secrets -A -o json", "list secrets", Verdict.MASK, HIDDEN),
        step("get secrets -o yaml --watch", "watch secrets in prod", Verdict.MASK, HIDDEN),
        step("logs web-1", "get pods/log web-1 in prod", Verdict.MASK, "postgres://*****@db"),
        step(
            "delete ns prod", "delete namespaces prod", Verdict.BLOCK, "blocked by policy KUB-005"),
        step(
            "apply -f " + privileged,
            "create pods",
            Verdict.BLOCK,
            "spec.containers[0].securityContext.privileged"),
        asked(
            "scale deployment web --replicas=5",
            "patch deployments.apps/scale web in prod",
            TourStep.Answer.APPROVE,
            "deployment.apps/web scaled"),
        asked(
            "delete deployment web",
            "delete deployments.apps web in prod",
            TourStep.Answer.DENY,
            "denied by bob"),
        new KubeStep(
            "exec -i -n dev web-1 -- sh",
            "create pods/exec web-1 in dev",
            Verdict.ALLOW,
            Optional.empty(),
            "root",
            TYPED + "\nexit\n"));
  }

  private static KubeStep step(String line, String request, Verdict verdict, String seen) {
    return new KubeStep(line, request, verdict, Optional.empty(), seen, "");
  }

  private static KubeStep asked(String line, String request, TourStep.Answer answer, String seen) {
    return new KubeStep(line, request, Verdict.APPROVE, Optional.of(answer), seen, "");
  }

  List<String> arguments() {
    return Arrays.asList(line.split(" ", -1));
  }

  /** Whether it goes on until it is ended. */
  boolean isEndless() {
    return line.endsWith("--watch");
  }
}
