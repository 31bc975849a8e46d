package dev.countersign.cli.gateway;

import dev.countersign.audit.export.DirectoryPlace;
import dev.countersign.audit.export.Export;
import dev.countersign.audit.export.Place;
import dev.countersign.audit.export.S3Config;
import dev.countersign.audit.export.S3Place;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.Shredding;
import dev.countersign.audit.pack.RecordedPacks;
import dev.countersign.audit.retention.Holds;
import dev.countersign.audit.retention.Retention;
import dev.countersign.audit.retention.RetentionJob;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Has segments copied to a second place, and destroyed when their time is over. */
final class Keeping {

  private static final Duration EXPORT = Duration.ofSeconds(30);
  private static final Duration RETENTION = Duration.ofMinutes(10);

  private Keeping() {}

  static void start(
      Configuration configuration, JournalConfig config, Journal journal, Parts parts) {
    Path folder = configuration.journalDirectory();
    Optional<Export> export =
        place(configuration.journal().export())
            .map(place -> parts.add("export", Export.start(folder, place, EXPORT)));
    LongSupplier keptElsewhere =
        export.<LongSupplier>map(running -> running::exported).orElse(() -> Long.MAX_VALUE);
    retention(configuration, config)
        .ifPresent(
            retention ->
                parts.add(
                    "retention", RetentionJob.start(retention, journal, keptElsewhere, RETENTION)));
  }

  private static Optional<Retention> retention(Configuration configuration, JournalConfig config) {
    Path folder = configuration.journalDirectory();
    return configuration
        .journal()
        .retention()
        .map(
            period ->
                new Retention(
                    new Shredding(folder, config.signing().orElseThrow()),
                    RecordedPacks.beside(folder),
                    new Holds(folder),
                    period,
                    InstantSource.system()));
  }

  private static Optional<Place> place(Configuration.Export export) {
    if (export.directory().isPresent() && export.s3().isPresent()) {
      throw new CommandFailure(
          ExitCode.USAGE, "journal.export names a directory and a bucket; it takes one of them");
    }
    return export
        .s3()
        .<Place>map(bucket -> new S3Place(s3(bucket)))
        .or(() -> export.directory().map(DirectoryPlace::new));
  }

  private static S3Config s3(Configuration.Bucket bucket) {
    return new S3Config(
        bucket.endpoint(),
        bucket.region(),
        bucket.bucket(),
        bucket.prefix(),
        bucket.accessKey().reveal(),
        bucket.secretKey().reveal(),
        bucket.lock().map(lock -> new S3Config.Lock(lock.mode(), lock.period())));
  }
}
