#!/bin/sh
# Makes .venv with the Python named; on a bare Debian the venv module is a package of its own.
set -eu
python=$1
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Cutaway needs Python 3.11 or newer; $python is $("$python" --version 2>&1)" >&2
  exit 2
}
if ! "$python" -m venv .venv 2>/dev/null; then
  rm -rf .venv
  if [ "$(id -u)" = 0 ]; then sudo=; else sudo='sudo -n'; fi
  $sudo apt-get update -qq && $sudo apt-get install -y -qq python3-venv || {
    echo "Python's venv module is missing: install python3-venv, then call make again" >&2
    exit 2
  }
  "$python" -m venv .venv
fi
.venv/bin/pip install --quiet --upgrade pip
