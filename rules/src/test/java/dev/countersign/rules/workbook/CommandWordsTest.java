package dev.countersign.rules.workbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Body;
import dev.countersign.rules.fact.KubeRequest.Target;
import dev.countersign.rules.fact.KubeRequest.Trait;
import dev.countersign.rules.fact.KubeRequest.Verb;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandWordsTest {

  @Test
  void readsWhatBecomesOfARef() {
    RefUpdate push =
        CommandWords.git("push refs/heads/main ci.yml logo.png with secret, unsigned, binary");

    assertThat(push.change()).isEqualTo(RefUpdate.Change.FAST_FORWARD);
    assertThat(push.ref()).isEqualTo("refs/heads/main");
    assertThat(push.paths()).extracting(PathChange::path).containsExactly("ci.yml", "logo.png");
    assertThat(push.paths())
        .extracting(PathChange::content)
        .containsOnly(PathChange.Content.BINARY);
    assertThat(push.secrets()).hasSize(1);
    assertThat(push.commits().allSigned()).isFalse();
    assertThat(CommandWords.git("move-tag refs/tags/v1").change())
        .isEqualTo(RefUpdate.Change.MOVE_TAG);
  }

  @Test
  void readsRequests() {
    assertThat(CommandWords.kubernetes("delete namespaces prod"))
        .isEqualTo(
            new KubeRequest(
                Verb.DELETE,
                new Target("namespaces", "", "", "prod"),
                Body.NONE,
                false,
                List.of()));
    assertThat(
            CommandWords.kubernetes(
                "create pods web-0 in shop with privileged, host path, dry run, image a/b:1"))
        .isEqualTo(
            new KubeRequest(
                Verb.CREATE,
                new Target("pods", "", "shop", "web-0"),
                new Body(Set.of(Trait.PRIVILEGED, Trait.HOST_PATH), Set.of("a/b:1"), Set.of()),
                true,
                List.of()));
    assertThat(
            CommandWords.kubernetes(
                "create pods/exec web-1 in shop with shell, command sh -c ls, scales up"))
        .isEqualTo(
            new KubeRequest(
                Verb.CREATE,
                new Target("pods/exec", "", "shop", "web-1"),
                new Body(Set.of(Trait.SHELL, Trait.SCALES_UP), Set.of(), Set.of()),
                false,
                List.of("sh", "-c", "ls")));
  }

  @Test
  void whatBeginsOtherwiseIsSql() {
    assertThat(CommandWords.read("SELECT 'git force refs/heads/main'")).isEmpty();
    assertThat(CommandWords.read("gitx")).isEmpty();
    assertThat(CommandWords.read("git fetch refs/heads/main")).isPresent();
    assertThat(CommandWords.read("kubectl list pods")).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          git forse refs/heads/main              | found "forse"; allowed: create, fast-forward, force, delete, move-tag, fetch, lfs-upload, lfs-download, lfs-lock, lfs-unlock, lfs-force-unlock, push; did you mean "force"?
          git push main                          | found "main"; allowed: a full name that begins with refs/; did you mean "refs/heads/main"?
          git push                               | found "push"; allowed: what becomes of the ref, then its full name
          git push refs/heads/x a with secrets   | did you mean "secret"?
          git push refs/heads/x a with image b   | found "image b"; allowed: secret, unsigned, binary, link
          kubectl exec pods web-0                | found "exec"; allowed: get, list, watch, create
          kubectl delete                         | allowed: a verb, then an object
          kubectl delete pods a b in shop        | found "b"; allowed: at most one name
          kubectl delete pods in                 | allowed: one namespace after the word in, at the end
          kubectl create pods in x with privilege| did you mean "privileged"?
          kubectl create pods in x with          | found ""; allowed: foreign image, dry run, privileged
          """)
  void saysWhatIsWrong(String text, String words) {
    assertThatThrownBy(() -> CommandWords.read(text))
        .isInstanceOf(UnreadableCommandException.class)
        .hasMessageContaining(words);
  }

  @Test
  void anythingElseIsRefusedNeverThrown() {
    Random random = new Random(7);
    List<String> words =
        List.of("git ", "kubectl ", "push", "with", "in", ",", " ", "refs/", "pods", "\u0000", "é");
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "git " : "kubectl ");
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append(words.get(random.nextInt(words.size())));
      }
      try {
        assertThat(CommandWords.read(text.toString())).isPresent();
      } catch (UnreadableCommandException refused) {
        assertThat(refused).hasMessageStartingWith("command: found ");
      }
    }
  }
}
