#!/bin/sh
# Makes a self-signed certificate for the door, once. The gateway runs as user 10001.
set -eu
cd /tls
[ -f door.crt ] && exit 0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
  -subj "/CN=localhost" -addext "subjectAltName=DNS:localhost,DNS:gateway,IP:127.0.0.1" \
  -keyout door.key -out door.crt
chown 10001:10001 door.key door.crt
chmod 0400 door.key
