package dev.countersign.proxy.frontdoor;

import dev.countersign.decision.grant.Access;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.quota.Caps;
import dev.countersign.decision.quota.Meters;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Lets everybody in, for what the test says; the test may end what came of it. */
public final class PaperAdmission implements Admission {

  /** Closers of the sessions, in the order in which they began. */
  public final BlockingQueue<Consumer<String>> closers = new LinkedBlockingQueue<>();

  /** How many sessions are open. */
  public final AtomicInteger open = new AtomicInteger();

  private volatile GrantScope scope = GrantScope.ALL;
  private volatile Meters meters = Meters.NONE;
  private volatile Optional<NotAdmittedException> refusal = Optional.empty();

  /** For sessions that begin from now on. */
  public void grants(GrantScope granted) {
    scope = granted;
  }

  /** For sessions that begin from now on. */
  public void bounds(Caps caps) {
    meters = new Meters(caps);
  }

  /** For sessions that begin from now on. */
  public void refuses(String message, String hint) {
    refuses(new NotAdmittedException(message, hint));
  }

  /** For sessions that begin from now on. */
  public void refuses(NotAdmittedException why) {
    refusal = Optional.of(why);
  }

  @Override
  public Admitted admit(Visitor visitor, Consumer<String> closer) throws NotAdmittedException {
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    closers.add(closer);
    open.incrementAndGet();
    return new Admitted(
        new Access.Open(Optional.empty(), scope, visitor.token().expires())
            .metered(meters.of(visitor.token().subject())),
        open::decrementAndGet);
  }
}
