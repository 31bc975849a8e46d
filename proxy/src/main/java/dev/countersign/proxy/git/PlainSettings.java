package dev.countersign.proxy.git;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

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

    /** How exact the times of files are, at the worst. */
    private static final Duration EXACT = Duration.ofSeconds(1);

    None() {
      super(null, FS.DETECTED);
    }

    /**
     * What JGit would find out by writing for three seconds, while the first push waits: in a
     * directory that was changed a second ago it looks again for what it does not find.
     */
    @Override
    public long getTimeUnit(
        String section, @Nullable String subsection, String name, long otherwise, TimeUnit unit) {
      return section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)
          ? unit.convert(EXACT)
          : super.getTimeUnit(section, subsection, name, otherwise, unit);
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
