package dev.countersign.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The repository of the demo's shop: some code, a workflow, owners of code. */
final class SampleRepository {

  private static final Map<String, String> FILES =
      Map.of(
          "README.md",
          "# payments\n\nTakes money for orders.\n",
          "src/payments.py",
          "def charge(order, cents):\n    return {\"order\": order, \"cents\": cents}\n",
          "CODEOWNERS",
          "* @shop/payments\n.github/ @shop/platform\n",
          ".github/workflows/ci.yml",
          """
          on: push
          jobs:
            test:
              runs-on: ubuntu-latest
              steps:
                - run: make test
          """,
          "Makefile",
          "test:\n\tpython3 -m unittest\n");

  private SampleRepository() {}

  /** Makes it, bare. */
  static void create(Path bare) throws IOException, InterruptedException {
    Path work = Files.createDirectories(bare.resolveSibling("seed"));
    Git git = Git.in(work);
    git.must("init", "-q", "-b", "main");
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Path path = work.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    git.must("add", "-A");
    git.must("commit", "-q", "-m", "Take money for orders");
    git.must("clone", "-q", "--bare", ".", bare.toString());
    // So that the journal can be compared with what the host itself says.
    git.must("--git-dir=" + bare, "config", "core.logAllRefUpdates", "always");
    DemoDirectory.delete(work);
  }
}
