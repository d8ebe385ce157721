#!/usr/bin/env bash
# `make test`: everything, on a throw-away PostgreSQL, a simulated Telegram and a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."
app/build/require.sh "The tests" postgresql='/usr/lib/postgresql/*/bin/postgres' chromium=chromium chromium-driver=chromedriver
TELEGRAM_DC_PYTHON=$(tests/python.sh)
export TELEGRAM_DC_PYTHON

# A cluster of its own, for as long as the tests run. PostgreSQL refuses to run as root.
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
cluster=$(mktemp -d /tmp/channelscope-tests.XXXXXX)
as=()
if [ "$(id -u)" -eq 0 ]; then
  chown nobody "$cluster"
  as=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
fi
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$cluster"
}
trap stop EXIT
(cd / && "${as[@]}" "$bin/initdb" -D "$cluster/data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 >"$cluster.log" 2>&1) ||
  { cat "$cluster.log" >&2; exit 1; }
rm -f "$cluster.log"
(cd / && "${as[@]}" "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/data/log" -w start \
  -o "-c listen_addresses='' -c unix_socket_directories=$cluster -c fsync=off -c max_connections=200" >/dev/null)
export DATABASE_URL="postgres://postgres@localhost/postgres?host=$cluster"
export SQLX_OFFLINE=true
export INSTA_UPDATE=no

cargo test --locked --workspace "$@"
