#!/bin/sh
# Prints the path of a Chromium for the browser tests, and installs one where that is allowed.
set -eu
if [ -n "${CUTAWAY_CHROMIUM:-}" ]; then
  echo "$CUTAWAY_CHROMIUM"
  exit 0
fi
find_one() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return 0
  done
  return 1
}
find_one && exit 0
if [ "$(id -u)" = 0 ]; then sudo=; else sudo='sudo -n'; fi
if command -v apt-get >/dev/null && { [ -z "$sudo" ] || $sudo true 2>/dev/null; }; then
  $sudo apt-get update -qq >&2 && $sudo apt-get install -y -qq chromium >&2 || true
  find_one && exit 0
fi
echo "The browser tests need a Chromium: install one, or name it in CUTAWAY_CHROMIUM" >&2
exit 2
