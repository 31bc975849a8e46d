package dev.countersign.decision.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;

/** What a route does: it reads the exchange and gives the body of the answer. */
interface Operation {

  byte[] run(HttpServerExchange exchange) throws ApiError, IOException;
}
