package dev.countersign.rules.fact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.KubeRequest.Target;
import dev.countersign.rules.fact.KubeRequest.Verb;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeRequestTest {

  @ParameterizedTest
  @CsvSource({
    "DELETE, namespaces, prod, prod, delete namespaces prod",
    "UPDATE, namespaces/finalize, prod, prod, update namespaces/finalize prod",
    "PATCH, deployments.apps/scale, prod, web, patch deployments.apps/scale web in prod",
    "LIST, pods, '', '', list pods",
  })
  void saysWhatPeopleSay(Verb verb, String object, String namespace, String name, String said) {
    KubeRequest request =
        new KubeRequest(
            verb,
            new Target(object, "v1", namespace, name),
            KubeRequest.Body.NONE,
            false,
            List.of());

    assertThat(request).hasToString(said);
  }
}
