package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadTest {

  private static Workload of(String body) throws UnclearRequestException {
    return Workload.of(BodyReader.read(BodyReader.Format.YAML, body.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{spec: {replicas: 5}} | 5",
        "{spec: {replicas: 0}} | 0",
        "[{op: replace, path: /spec/replicas, value: 4}] | 4",
        "[{op: replace, path: /spec, value: {replicas: 3}}] | 3",
        "[{op: replace, path: '', value: {spec: {replicas: 2}}}] | 2",
        "[{op: replace, path: /spec/replicas, value: 1}, {op: replace, path: /spec/replicas, value:"
            + " 9}] | 9",
      })
  void readsHowManyAreToRun(String body, long replicas) throws UnclearRequestException {
    assertThat(of(body).replicas()).isEqualTo(Optional.of(replicas));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{status: {replicas: 5}}",
        "{spec: {replicas: '5'}}",
        "{spec: {replicas: 1.5}}",
        "[{op: remove, path: /spec/replicas}]",
        "[]",
        "{}",
        "[[[]]]",
      })
  void saysNothingOfWhatIsNotThere(String body) throws UnclearRequestException {
    assertThat(of(body).replicas()).isEmpty();
  }

  @Test
  void readsLimitsOfContainersWhereverTheyAre() throws UnclearRequestException {
    assertThat(
            of("{spec: {template: {spec: {containers: [{name: web, resources: {limits: {memory:"
                    + " 1Gi, cpu: 2}}}], initContainers: [{name: init}]}}}}")
                .limits())
        .containsExactlyInAnyOrder("web memory=1Gi", "web cpu=2");
  }
}
