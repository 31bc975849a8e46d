/** The command line as a client of OpenID Connect issuers, and the logins it remembers. */
@NullMarked
package dev.countersign.cli.oidc;

import org.jspecify.annotations.NullMarked;
