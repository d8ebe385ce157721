#!/usr/bin/env bash
# Makes target/python, a Python that has Telethon, for the test of telegram-dc with a client written by others, and
# prints the interpreter's path. Quick once it is there; the network is used by pip alone.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=tests/telegram-dc/tests/python/requirements.txt
home=$PWD/target/python

# Debian's Python comes without the module that makes virtual environments; others have it.
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  app/build/require.sh "The test with a Python client" python3=python3 python3-venv='/usr/lib/python3*/ensurepip'
fi
stamp=$(python3 --version; sha256sum <"$wanted")
if [ "$(cat "$home/stamp" 2>/dev/null)" != "$stamp" ] || ! "$home/bin/python" -c "" 2>/dev/null; then
  echo "Fetching a Python MTProto client to test with …" >&2
  rm -rf "$home"
  python3 -m venv "$home" >&2
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r "$wanted" >&2
  echo "$stamp" >"$home/stamp"
fi
echo "$home/bin/python"
