#!/usr/bin/env bash
# Installs Debian packages that a build step lacks: `require.sh REASON PACKAGE=PROBE …`, where PROBE is a command or a
# file (globs allowed) whose presence makes the package unnecessary. Asks first on a terminal, goes ahead without one or
# with YES=1, and never calls sudo by itself. Everything it prints goes to standard error.
set -euo pipefail
reason=$1
shift
missing=()
for wanted in "$@"; do
  package=${wanted%%=*} probe=${wanted#*=}
  if [[ $probe == /* ]]; then
    compgen -G "$probe" >/dev/null && continue
  else
    command -v "$probe" >/dev/null && continue
  fi
  missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null; then
  echo "$reason needs ${missing[*]}, and there is no apt-get here: install what your system calls them, then try again." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "$reason needs ${missing[*]}. Install as root, then try again:" >&2
  echo "    $install" >&2
  exit 1
fi
if [ -t 0 ] && [ -t 2 ] && [ "${YES:-}" != 1 ]; then
  read -r -p "$reason needs ${missing[*]}. Install now? [Y/n] " answer >&2
  case "$answer" in [nN]*) echo "Not installed; nothing was changed." >&2; exit 1 ;; esac
fi
echo "Installing ${missing[*]} ($reason) …" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { $install || { apt-get update && $install; }; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "Installing ${missing[*]} failed; the whole log is $log." >&2
  exit 1
fi
rm -f "$log"
