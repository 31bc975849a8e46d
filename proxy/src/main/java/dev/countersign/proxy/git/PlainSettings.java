package dev.countersign.proxy.git;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * JGit's view of the machine, without the git settings that users and administrators left on it.
 */
final class PlainSettings extends SystemReader.Delegate {

  private final FileBasedConfig none = new None();

  private PlainSettings(SystemReader machine) {
    super(machine);
  }

  /** Has JGit use it in this process. */
  static void install() {
    if (!(SystemReader.getInstance() instanceof PlainSettings)) {
      SystemReader.setInstance(new PlainSettings(SystemReader.getInstance()));
    }
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return none;
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return none;
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return none;
  }

  @Override
  public StoredConfig getUserConfig() {
    return none;
  }

  @Override
  public StoredConfig getJGitConfig() {
    return none;
  }

  @Override
  public StoredConfig getSystemConfig() {
    return none;
  }

  private static final class None extends FileBasedConfig {
    None() {
      super(null, FS.DETECTED);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
