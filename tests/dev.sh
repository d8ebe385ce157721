#!/usr/bin/env bash
# `make dev`: the demo, rebuilt and restarted whenever a source changes. Ctrl-C ends it.
set -uo pipefail
cd "$(dirname "$0")/.."
demo=
stop() { [ -n "$demo" ] && kill "$demo" 2>/dev/null && wait "$demo" 2>/dev/null; demo=; }
trap 'stop; exit 0' INT TERM
state() { find app server style migrations tests/telegram-dc -type f -printf '%T@ %p\n' | sort | sha256sum; }
while true; do
  before=$(state)
  if make --no-print-directory server; then
    stop
    target/debug/channelscope demo &
    demo=$!
  else
    echo "Not restarted; waiting for the next change." >&2
  fi
  while [ "$(state)" = "$before" ]; do sleep 1; done
done
