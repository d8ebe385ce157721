#!/bin/sh
# Refreshes server/.sqlx, the cache of checked queries that builds without a database read.
# Needs DATABASE_URL: a database with these migrations applied. Exits non-zero and leaves the cache as it was when
# a query does not compile.
set -eu
: "${DATABASE_URL:?set DATABASE_URL to a database that has the migrations applied}"
cd "$(dirname "$0")/.."

new=server/.sqlx.new
rm -rf "$new"
mkdir -p "$new"
trap 'rm -rf "$new"' EXIT

# The macros write what they learn into SQLX_OFFLINE_DIR; they only run when the crate is compiled again.
touch server/src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$PWD/$new" cargo check --quiet --package server --lib --tests

mkdir -p server/.sqlx
for old in server/.sqlx/query-*.json; do
    [ -e "$new/${old##*/}" ] || rm -f "$old"
done
for query in "$new"/query-*.json; do
    [ -e "$query" ] || continue
    cmp -s "$query" "server/.sqlx/${query##*/}" || cp "$query" server/.sqlx/
done
echo "server/.sqlx: $(find server/.sqlx/ -name 'query-*.json' | wc -l) queries"
