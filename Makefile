# What people type. Each target installs what it lacks, says so on standard error, and is quick the second time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: demo run test bench dev lint release site server
.DEFAULT_GOAL := demo

# The dashboard on a simulated Telegram account: prints "Sign in: URL" and runs until interrupted.
demo: server
	@exec target/debug/channelscope demo

# The same with a real account: TELEGRAM_API_ID and TELEGRAM_API_HASH from my.telegram.org.
run: server
	@exec target/debug/channelscope serve

test: site
	@exec tests/run.sh

bench:
	@exec tests/bench.sh

# Rebuilds and restarts the demo when a source changes.
dev:
	@exec tests/dev.sh

lint:
	@cargo fmt --all --check
	@cargo clippy --locked --workspace --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null; then cargo deny check; else echo "cargo-deny is not installed: licences and advisories were not checked" >&2; fi

# One file with everything in it: dist/channelscope.
release: site
	@SQLX_OFFLINE=true cargo build --locked --release -p server >&2
	@mkdir -p dist && cp target/release/channelscope dist/channelscope && ls -l dist/channelscope >&2

site:
	@app/build/wasm.sh

server: site
	@app/build/require.sh "The private PostgreSQL" postgresql='/usr/lib/postgresql/*/bin/postgres'
	@echo "Compiling the server …" >&2
	@SQLX_OFFLINE=true cargo build --locked -p server >&2
