#!/bin/sh
# bundle.sh VERSION HARDWARE: writes the bundle of a firmware to $ARTIFACT. README.md says what a bundle is.
set -eu
here=$(dirname "$0")
{
  printf '//tuesday-bundle {"version":"%s","hardware":"%s"}\n' "$1" "$2"
  cat "$here/session-$1.mjs"
  printf '\n'
  cat "$here/thermostat.mjs"
} >"$ARTIFACT"
