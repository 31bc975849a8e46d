#!/usr/bin/env bash
# Integration tests drive the gateway with stock clients: psql, pgbench, kubectl, git, git-lfs and
# Chromium.
# Installs them where this is root on a Debian-like system; says what to install everywhere else.
set -euo pipefail

missing() {
  local tool
  for tool in psql pgbench git git-lfs; do
    "$tool" --version >/dev/null 2>&1 || printf '%s ' "$tool"
  done
  kubectl version --client >/dev/null 2>&1 || printf 'kubectl '
  command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || printf 'chromium '
}

[ -n "$(missing)" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The integration tests need $(missing)on the PATH." >&2
  echo "  Debian, Ubuntu: apt-get install postgresql-client postgresql-contrib git git-lfs kubernetes-client chromium" >&2
  echo "  Fedora, RHEL:   dnf install postgresql postgresql-contrib git git-lfs kubernetes-client chromium" >&2
  echo "  macOS:          brew install postgresql@17 git git-lfs kubectl chromium" >&2
  exit 1
fi

echo "Installing $(missing)with apt-get"
export DEBIAN_FRONTEND=noninteractive
install() {
  apt-get install -y -q --no-install-recommends "$@" </dev/null >/dev/null
}
# Only what is missing: what is there may be another vendor's, whose files those of Debian would overwrite.
packages=()
for tool in $(missing); do
  case $tool in
    psql) packages+=(postgresql-client) ;;
    kubectl) packages+=(kubernetes-client) ;;
    pgbench) ;;
    *) packages+=("$tool") ;;
  esac
done
install "${packages[@]}" 2>/dev/null || {
  apt-get update -q >/dev/null
  install "${packages[@]}"
}

# On Debian pgbench lies in the server's package. Its installation makes a cluster and starts it,
# unless told otherwise; tests bring their own server, so this machine gets none.
if ! pgbench --version >/dev/null 2>&1; then
  no_cluster=/etc/postgresql-common/createcluster.d/countersign-build.conf
  mkdir -p "$(dirname "$no_cluster")"
  echo "create_main_cluster = false" >"$no_cluster"
  trap 'rm -f "$no_cluster"' EXIT
  version=$(psql --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
  install "postgresql-$version"
fi

# Drivers of Python are tested where they are to be had.
/usr/bin/python3 -c 'import psycopg, asyncpg' 2>/dev/null \
  || install python3-psycopg python3-asyncpg 2>/dev/null || true

psql --version
pgbench --version
