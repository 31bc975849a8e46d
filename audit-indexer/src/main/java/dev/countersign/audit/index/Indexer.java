package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.Rounds;
import dev.countersign.audit.journal.StoredJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a journal and indexes every event exactly once: at least once by a cursor that is moved
 * after the cluster's answer, at most once by a document id that is the event's place in the
 * journal. A cluster that is down is waited for; the journal is what is kept.
 */
public final class Indexer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);

  /** ASCII, because half a surrogate pair has no bytes of its own. */
  private static final JsonMapper JSON =
      new JsonMapper(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

  private static final int BATCH_EVENTS = 1_000;
  private static final int BATCH_BYTES = 5 << 20;
  private static final Duration IDLE = Duration.ofMillis(200);

  private final ElasticsearchConfig config;
  private final StoredJournal journal;
  private final Path cursorFile;
  private final DeadLetters deadLetters;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private final Object waitersLock = new Object();
  private List<Waiter> waiters = new ArrayList<>();
  private volatile long indexed;

  private record Waiter(long sequence, CompletableFuture<Void> stage) {}

  private Indexer(ElasticsearchConfig config, StoredJournal journal) {
    this.config = config;
    this.journal = journal;
    cursorFile = journal.directory().resolve("indexed-" + config.index() + ".json");
    deadLetters =
        new DeadLetters(journal.directory().resolve("rejected-" + config.index() + ".jsonl"));
    thread = Thread.ofPlatform().name("indexer").daemon().unstarted(this::run);
  }

  /**
   * Starts to index the journal in that folder, in a thread of its own. Neither the journal nor the
   * cluster needs to be there yet.
   */
  public static Indexer start(ElasticsearchConfig config, Path journalDirectory) {
    return start(config, StoredJournal.local(journalDirectory));
  }

  /**
   * Starts to index a journal with keys of one's own, in a thread of its own.
   *
   * @see #start(ElasticsearchConfig, Path)
   */
  public static Indexer start(ElasticsearchConfig config, StoredJournal journal) {
    Indexer indexer = new Indexer(config, journal);
    indexer.thread.start();
    return indexer;
  }

  /** The sequence up to which every event is in the cluster or in the file of the rejected. */
  public long indexed() {
    return indexed;
  }

  /**
   * How many events are still to be indexed.
   *
   * @param written the last sequence of the journal
   */
  public long lag(long written) {
    return Math.max(0, written - indexed);
  }

  /** Completes when everything up to that sequence can be found by a search. */
  public CompletionStage<Void> caughtUp(long sequence) {
    CompletableFuture<Void> stage = new CompletableFuture<>();
    synchronized (waitersLock) {
      waiters.add(new Waiter(sequence, stage));
    }
    return stage.minimalCompletionStage();
  }

  private void run() {
    Backoff backoff = new Backoff(ThreadLocalRandom.current());
    while (closed.getCount() > 0) {
      try (Cluster cluster = new Cluster(config)) {
        indexUntilClosed(cluster, backoff);
      } catch (InterruptedException e) {
        return;
      } catch (IOException | ElasticsearchException | JournalException e) {
        report(e, backoff);
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("Indexing met a fault; it is tried again");
      }
      pause(backoff);
    }
  }

  private static void report(Exception e, Backoff backoff) {
    if (e instanceof JournalException) {
      LOG.atError().setCause(e).log("The journal cannot be indexed further");
    } else if (backoff.isFirstFailure()) {
      LOG.atWarn()
          .addKeyValue("cause", e.getMessage())
          .log("Elasticsearch cannot be used; the journal keeps everything until it can");
    } else {
      LOG.atDebug().setCause(e).log("Elasticsearch still cannot be used");
    }
  }

  private void pause(Backoff backoff) {
    try {
      boolean isClosed = closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
      LOG.atDebug().addKeyValue("closed", isClosed).log("Waited for the next attempt");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void indexUntilClosed(Cluster cluster, Backoff backoff)
      throws IOException, InterruptedException {
    UUID id = awaitJournal();
    IndexTemplate.install(cluster, config.index());
    IndexCursor cursor = IndexCursor.read(cursorFile, id);
    indexed = cursor.sequence();
    SessionContexts sessions = new SessionContexts(journal);
    sessions.restore(cursor.sessionsFrom(), cursor.sequence());
    BulkSend bulk = new BulkSend(cluster.rest());
    IndexRetention retention = new IndexRetention(cluster.client(), config);
    Optional<Sending> underWay = Optional.empty();
    try (JournalReader reader = journal.read(cursor.sequence() + 1)) {
      while (closed.getCount() > 0) {
        retention.apply(Instant.now());
        Optional<RecordedEvent> first = underWay.isPresent() ? reader.poll() : reader.poll(IDLE);
        // One batch is made while the cluster takes the one before.
        Optional<Batch> next =
            first.isPresent()
                ? Optional.of(batch(id, first.get(), reader, sessions, retention))
                : Optional.empty();
        if (underWay.isPresent()) {
          end(underWay.get(), id);
          backoff.reset();
        }
        underWay = next.map(batch -> Sending.begin(batch, bulk));
        answerWaiters(cluster);
      }
    }
    if (underWay.isPresent()) {
      end(underWay.get(), id);
    }
  }

  private UUID awaitJournal() throws InterruptedException {
    while (true) {
      Optional<UUID> id = JournalReader.journalId(journal.directory());
      if (id.isPresent()) {
        return id.get();
      }
      if (closed.await(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("closed");
      }
    }
  }

  /**
   * Documents that are sent together.
   *
   * @param last the last event that is in it or that is too old to be
   * @param sessionsFrom from where the sessions that are open behind it can be known again
   */
  private record Batch(List<BulkSend.Document> documents, long last, long sessionsFrom) {}

  /** A batch on its way to the cluster. */
  private record Sending(Batch batch, FutureTask<List<BulkSend.Rejected>> answer) {

    static Sending begin(Batch batch, BulkSend bulk) {
      FutureTask<List<BulkSend.Rejected>> answer =
          new FutureTask<>(
              () -> batch.documents.isEmpty() ? List.of() : bulk.send(batch.documents));
      Thread.ofVirtual().name("indexer-bulk").start(answer);
      return new Sending(batch, answer);
    }
  }

  /** Waits for the cluster's answer and moves the cursor behind the batch. */
  private void end(Sending sending, UUID id) throws IOException, InterruptedException {
    try {
      deadLetters.add(reported(sending.answer.get()));
    } catch (ExecutionException e) {
      // What went wrong tells whether the cluster is away or there is a fault of ours.
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IOException("a batch was not taken: " + e.getCause(), e);
    }
    new IndexCursor(id, sending.batch.last, sending.batch.sessionsFrom).write(cursorFile);
    indexed = sending.batch.last;
  }

  private Batch batch(
      UUID id,
      RecordedEvent first,
      JournalReader reader,
      SessionContexts sessions,
      IndexRetention retention)
      throws IOException {
    List<BulkSend.Document> documents = new ArrayList<>();
    long bytes = 0;
    long last = 0;
    Optional<RecordedEvent> next = Optional.of(first);
    while (next.isPresent()) {
      RecordedEvent event = next.get();
      Background background = sessions.follow(event);
      IndexName index = IndexName.of(config.index(), event.time(), event.sequence());
      if (!retention.isExpired(index, Instant.now())) {
        BulkSend.Document document = document(id, event, background, index);
        documents.add(document);
        bytes += document.json().length;
      }
      last = event.sequence();
      boolean full = documents.size() >= BATCH_EVENTS || bytes >= BATCH_BYTES;
      next = full ? Optional.empty() : reader.poll();
    }
    return new Batch(documents, last, sessions.from(last + 1));
  }

  private static BulkSend.Document document(
      UUID id, RecordedEvent event, Background background, IndexName index) throws IOException {
    return new BulkSend.Document(
        index.value(),
        EventDocument.id(id, event.sequence()),
        JSON.writeValueAsBytes(EventDocument.of(id, event, background)));
  }

  private static List<BulkSend.Rejected> reported(List<BulkSend.Rejected> rejected) {
    for (BulkSend.Rejected each : rejected) {
      LOG.atError()
          .addKeyValue("id", each.document().id())
          .addKeyValue("status", each.status())
          .addKeyValue("reason", each.reason())
          .log("Elasticsearch refused a document; it is kept in the file of the rejected");
    }
    return rejected;
  }

  private void answerWaiters(Cluster cluster) throws IOException {
    List<Waiter> reached = new ArrayList<>();
    synchronized (waitersLock) {
      for (Waiter waiter : waiters) {
        if (waiter.sequence <= indexed) {
          reached.add(waiter);
        }
      }
    }
    if (reached.isEmpty()) {
      return;
    }
    cluster
        .client()
        .indices()
        .refresh(r -> r.index(IndexName.pattern(config.index())).allowNoIndices(true));
    synchronized (waitersLock) {
      waiters.removeAll(reached);
    }
    reached.forEach(waiter -> waiter.stage.complete(null));
  }

  /** Stops; what is not indexed yet will be when it is started again. */
  @Override
  public void close() {
    closed.countDown();
    Rounds.awaitEnd(thread);
  }
}
