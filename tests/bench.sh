#!/usr/bin/env bash
# `make bench`: figures of the committed code, built for release, as medians with their spread.
set -euo pipefail
cd "$(dirname "$0")/.."
app/build/wasm.sh
app/build/require.sh "The private PostgreSQL" postgresql='/usr/lib/postgresql/*/bin/postgres'
export SQLX_OFFLINE=true
cargo build --locked --release -p server >&2
cargo run --locked --release --quiet -p channelscope-tests --bin bench -- "$@"
# What the simulated Telegram bears: calls a second, and memory over a million of them.
exec cargo run --locked --release --quiet -p telegram-dc --example load -- 1000000
