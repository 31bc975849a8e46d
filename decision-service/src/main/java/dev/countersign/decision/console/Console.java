package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.decision.signin.BrowserSession;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.server.handlers.RequestLimit;
import io.undertow.server.handlers.RequestLimitingHandler;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console as the HTTP server calls it. Each page runs on a virtual thread; each but the sign-in
 * is for people who are signed in; each form is one of our own pages, sent by whom it was made for.
 */
public final class Console implements HttpHandler, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Console.class);

  /** Where a workbook comes with the form. */
  private static final String POLICY = "/policy";

  private static final String LIVE = "/live";
  private static final int MOST_AT_ONCE = 64;
  private static final int MOST_QUEUED = 256;

  /** When a request came, for its page to say how long it took to make. */
  private static final AttachmentKey<Long> CAME = AttachmentKey.create(Long.class);

  static final String HTML = "text/html; charset=utf-8";

  /** Nothing inline, nothing of others: what an agent wrote could not run if it got in. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** Makes a page for somebody. */
  @FunctionalInterface
  interface PageMaker {
    Answer answer(Visit visit) throws Refusal, IOException;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConsoleParts parts;
  private final Assets assets = new Assets();
  private final Views views = new Views();
  private final Cookies cookies;
  private final Origin origin;
  private final SignInPages signIn;
  private final ApprovalPages approvals;
  private final OverviewPages overview;
  private final AccessPages access;
  private final ExceptionPages exceptions;
  private final PolicyPages policy;
  private final PolicyTrials trials;
  private final EvidencePages evidence;
  private final Custody custody;
  private final SessionPages recorded;
  private final Changes changes;
  private final RoutingHandler routing = new RoutingHandler();
  private final HttpHandler limited =
      new RequestLimitingHandler(new RequestLimit(MOST_AT_ONCE, MOST_QUEUED), routing);

  public Console(ConsoleParts parts) {
    this.parts = parts;
    this.cookies = new Cookies(parts.publicUrl());
    this.origin = new Origin(parts.publicUrl());
    this.signIn = new SignInPages(parts.sessions(), parts.strangers(), cookies);
    this.custody = new Custody(parts.journal());
    this.approvals = new ApprovalPages(parts, custody);
    this.overview = new OverviewPages(parts, approvals);
    this.access = new AccessPages(parts);
    this.exceptions = new ExceptionPages(parts);
    RowsInForce rows = new RowsInForce(parts.policy());
    this.policy = new PolicyPages(parts, rows, custody);
    this.trials = new PolicyTrials(parts, rows);
    this.evidence = new EvidencePages(parts, custody);
    this.recorded = new SessionPages(parts, custody);
    this.changes = new Changes(parts.access().events(), parts.sessions());
    route();
  }

  private void route() {
    get("/", overview::show);
    get("/approvals", approvals::inbox);
    get("/approvals/waiting", approvals::count);
    get("/approvals/{id}", approvals::detail);
    post("/approvals/{id}/approve", approvals::approve);
    post("/approvals/{id}/deny", approvals::deny);
    get("/access", access::show);
    get("/access/health", access::health);
    get("/access/{id}", access::one);
    post("/access", access::request);
    post("/access/{id}/revoke", access::revoke);
    get("/exceptions", exceptions::show);
    post("/exceptions/{id}/revoke", exceptions::revoke);
    get("/evidence", evidence::show);
    post("/evidence/download", evidence::download);
    post("/evidence/verify", evidence::verify);
    get("/policy", policy::show);
    post(POLICY, policy::upload);
    post("/policy/try", trials::tryOut);
    get("/policy/{id}", policy::version);
    get("/policy/{id}/workbook", policy::download);
    post("/policy/{id}/activate", policy::activate);
    get("/sessions", recorded::list);
    get("/sessions/live", recorded::live);
    get("/sessions/{id}", recorded::play);
    get("/sessions/{id}/more", recorded::more);
    get("/sessions/{id}/export", recorded::export);
    post("/sessions/{id}/kill", recorded::kill);
    routing.get("/sign-in", dispatched(exchange -> signIn.begin(exchange, this::sendPublic)));
    routing.get(
        "/sign-in/callback", dispatched(exchange -> signIn.arrive(exchange, this::sendPublic)));
    routing.get("/signed-out", dispatched(this::toTheDoor));
    post("/sign-out", visit -> new Answer.Elsewhere("/sign-in?out=1"));
    routing.get("/assets/{digest}/{name}", this::asset);
    routing.setFallbackHandler(
        dispatched(
            exchange ->
                serve(
                    exchange,
                    visit -> {
                      throw Refusal.notFound("There is no such page.");
                    })));
    routing.setInvalidMethodHandler(
        dispatched(
            exchange -> {
              throw Refusal.badRequest("That page cannot be asked like this.");
            }));
  }

  private void get(String path, PageMaker page) {
    routing.get(path, dispatched(exchange -> serve(exchange, page)));
  }

  private void post(String path, PageMaker act) {
    routing.post(path, dispatched(exchange -> act(exchange, path, act)));
  }

  /** A page that stays connected takes no place from those that are asked for. */
  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (exchange.getRelativePath().equals(LIVE)) {
      live(exchange);
    } else {
      limited.handleRequest(exchange);
    }
  }

  /** What runs on a thread of its own. */
  @FunctionalInterface
  interface Serving {
    void serve(HttpServerExchange exchange) throws Refusal, IOException;
  }

  private HttpHandler dispatched(Serving serving) {
    return exchange -> {
      exchange.putAttachment(CAME, System.nanoTime());
      exchange.dispatch(
          threads,
          running -> {
            running.startBlocking();
            guarded(running, serving);
          });
    };
  }

  private void guarded(HttpServerExchange exchange, Serving serving) {
    try {
      origin.requireHost(exchange);
      serving.serve(exchange);
    } catch (Refusal e) {
      sendRefusal(exchange, e);
    } catch (IOException | RuntimeException e) {
      log.atError()
          .setCause(e)
          .addKeyValue("path", exchange.getRelativePath())
          .log("a page of the console failed");
      sendRefusal(exchange, Refusal.internal());
    }
  }

  private Optional<BrowserSession> session(HttpServerExchange exchange) {
    return cookies.read(exchange, Cookies.SESSION).flatMap(parts.sessions()::find);
  }

  private void serve(HttpServerExchange exchange, PageMaker page) throws Refusal, IOException {
    Optional<BrowserSession> session = session(exchange);
    if (session.isEmpty()) {
      askToSignIn(exchange);
      return;
    }
    origin.requireReader(exchange);
    Visit visit = Visit.reading(exchange, session.get());
    if (!visit.isPartial()) {
      cookies.read(exchange, Cookies.SESSION).ifPresent(parts.sessions()::touch);
    }
    send(exchange, visit, page.answer(visit));
  }

  private void act(HttpServerExchange exchange, String path, PageMaker act)
      throws Refusal, IOException {
    origin.requireOwn(exchange);
    Optional<String> cookie = cookies.read(exchange, Cookies.SESSION);
    Optional<BrowserSession> session = cookie.flatMap(parts.sessions()::find);
    if (cookie.isEmpty() || session.isEmpty()) {
      throw Refusal.forbidden(
          "You are not signed in any more, so nothing was done.", "Sign in and try again.");
    }
    Visit.Form form = Visit.form(exchange, path.equals(POLICY));
    if (!parts.sessions().isOwnForm(cookie.get(), form.fields().getOrDefault("token", ""))) {
      throw Refusal.forbidden(
          "That form was not made for you, so nothing was done.", "Load the page again.");
    }
    custody.called(session.get().subject(), path, exchange.getRequestPath(), form.body());
    parts.sessions().touch(cookie.get());
    if (path.equals("/sign-out")) {
      parts.sessions().end(cookie.get());
      changes.leave(cookie.get());
      cookies.clear(exchange, Cookies.SESSION);
    }
    Visit visit = Visit.posting(exchange, session.get(), form);
    send(exchange, visit, act.answer(visit));
  }

  private void askToSignIn(HttpServerExchange exchange) {
    String query = exchange.getQueryString();
    String wanted =
        exchange.getRelativePath() + (query == null || query.isEmpty() ? "" : "?" + query);
    String to = "/sign-in?to=" + URLEncoder.encode(wanted, UTF_8);
    if (Visit.isPartial(exchange)) {
      leadAway(exchange, "/sign-in" + backTo(exchange, "?"));
      return;
    }
    redirect(exchange, to);
  }

  /** Where a page goes whose reader is no longer signed in: nobody signs in again unasked. */
  private void toTheDoor(HttpServerExchange exchange) {
    String door = "/sign-in?out=1" + backTo(exchange, "&");
    if (Visit.isPartial(exchange)) {
      leadAway(exchange, door);
    } else {
      redirect(exchange, door);
    }
  }

  private static void leadAway(HttpServerExchange exchange, String to) {
    exchange.getResponseHeaders().put(new HttpString("HX-Redirect"), to);
    exchange.setStatusCode(204);
    exchange.endExchange();
  }

  /** The page that a script runs on is the one to come back to. */
  private String backTo(HttpServerExchange exchange, String joint) {
    return origin
        .own(exchange.getRequestHeaders().getFirst("HX-Current-URL"))
        .map(page -> joint + "to=" + URLEncoder.encode(page, UTF_8))
        .orElse("");
  }

  private void redirect(HttpServerExchange exchange, String to) {
    exchange.setStatusCode(303);
    exchange.getResponseHeaders().put(Headers.LOCATION, to);
    sendBytes(exchange, HTML, new byte[0]);
  }

  private void send(HttpServerExchange exchange, Visit visit, Answer answer) {
    switch (answer) {
      case Answer.Page page -> {
        exchange.setStatusCode(page.status());
        Shell shell = shell(visit, page.title(), Optional.of(page.section()));
        sendBytes(exchange, HTML, views.page(shell, page.template(), page.model()).getBytes(UTF_8));
      }
      case Answer.Part part ->
          sendBytes(
              exchange,
              HTML,
              views
                  .part(part.template(), shell(visit, "", Optional.empty()), part.model())
                  .getBytes(UTF_8));
      case Answer.Elsewhere elsewhere -> redirect(exchange, elsewhere.to());
      case Answer.File file -> {
        exchange
            .getResponseHeaders()
            .put(
                Headers.CONTENT_DISPOSITION,
                "attachment; filename=\"%s\"".formatted(file.name().replaceAll("[^\\w.-]", "_")));
        sendBytes(exchange, file.type(), file.content().duplicate());
      }
    }
  }

  private Shell shell(Visit visit, String title, Optional<Section> section) {
    var subject = visit.subject();
    return new Shell(
        title,
        section,
        Optional.of(Shown.line(subject.name())),
        subject.groups().stream().sorted().map(Shown::line).toList(),
        parts.readers().mayReadAll(subject) ? Section.all() : Section.everybodys(),
        visit.session().formToken(),
        approvals.waitingFor(subject),
        visit.query("done").flatMap(Notices::of),
        assets);
  }

  private Shell publicShell(String title) {
    return new Shell(
        title,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        "",
        0,
        Optional.empty(),
        assets);
  }

  /** A page for whoever comes. */
  private void sendPublic(HttpServerExchange exchange, Answer answer) {
    switch (answer) {
      case Answer.Page page -> {
        exchange.setStatusCode(page.status());
        sendBytes(
            exchange,
            HTML,
            views.page(publicShell(page.title()), page.template(), page.model()).getBytes(UTF_8));
      }
      case Answer.Elsewhere elsewhere -> redirect(exchange, elsewhere.to());
      case Answer.Part part -> throw new IllegalArgumentException("a part is of a page");
      case Answer.File file ->
          throw new IllegalArgumentException("files are not for whoever comes");
    }
  }

  private void sendRefusal(HttpServerExchange exchange, Refusal refusal) {
    if (exchange.isResponseStarted()) {
      exchange.endExchange();
      return;
    }
    exchange.setStatusCode(refusal.status());
    String template = Visit.isPartial(exchange) ? "refused" : "refusal";
    sendBytes(
        exchange,
        HTML,
        views.page(publicShell(refusal.message()), template, refusal).getBytes(UTF_8));
  }

  private void asset(HttpServerExchange exchange) {
    Optional<Assets.Asset> found = assets.find(exchange.getRelativePath());
    if (found.isEmpty()) {
      exchange.setStatusCode(404);
      exchange.endExchange();
      return;
    }
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CONTENT_TYPE, found.get().type() + "; charset=utf-8");
    headers.put(Headers.CACHE_CONTROL, "public, max-age=31536000, immutable");
    headers.put(Headers.VARY, "Accept-Encoding");
    headers.put(new HttpString("X-Content-Type-Options"), "nosniff");
    String accepted =
        String.valueOf(exchange.getRequestHeaders().getFirst(Headers.ACCEPT_ENCODING));
    boolean zipped = accepted.toLowerCase(Locale.ROOT).contains("gzip");
    if (zipped) {
      headers.put(Headers.CONTENT_ENCODING, "gzip");
    }
    exchange
        .getResponseSender()
        .send((zipped ? found.get().zipped() : found.get().plain()).duplicate());
  }

  private void live(HttpServerExchange exchange) {
    exchange.dispatch(
        threads,
        running -> {
          try {
            origin.requireHost(running);
            origin.requireReader(running);
          } catch (Refusal e) {
            running.setStatusCode(e.status());
            running.endExchange();
            return;
          }
          Optional<String> cookie = cookies.read(running, Cookies.SESSION);
          if (cookie.isEmpty() || session(running).isEmpty()) {
            // EventSource gives up on this one: it must not try for ever.
            running.setStatusCode(204);
            running.endExchange();
            return;
          }
          changes.follow(running, cookie.get());
        });
  }

  private void sendBytes(HttpServerExchange exchange, String type, byte[] body) {
    sendBytes(exchange, type, ByteBuffer.wrap(body));
  }

  private void sendBytes(HttpServerExchange exchange, String type, ByteBuffer body) {
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CONTENT_TYPE, type);
    headers.put(Headers.CACHE_CONTROL, "no-store");
    headers.put(new HttpString("X-Content-Type-Options"), "nosniff");
    headers.put(new HttpString("Content-Security-Policy"), CONTENT_SECURITY_POLICY);
    headers.put(new HttpString("X-Frame-Options"), "DENY");
    // With no-referrer browsers would send our own forms with the origin "null".
    headers.put(new HttpString("Referrer-Policy"), "same-origin");
    headers.put(new HttpString("Cross-Origin-Opener-Policy"), "same-origin");
    headers.put(new HttpString("Cross-Origin-Resource-Policy"), "same-origin");
    if ("https".equals(parts.publicUrl().getScheme())) {
      headers.put(new HttpString("Strict-Transport-Security"), "max-age=31536000");
    }
    Long came = exchange.getAttachment(CAME);
    if (came != null) {
      headers.put(
          new HttpString("Server-Timing"),
          String.format(Locale.ROOT, "page;dur=%.1f", (System.nanoTime() - came) / 1e6));
    }
    exchange.getResponseSender().send(body);
  }

  @Override
  public void close() {
    changes.close();
    threads.shutdownNow();
  }
}
