#!/bin/sh
# Starts a student's server, after it has handed out the lessons. Whatever fails before, the server starts.
#
# Beside this file may lie what students share and cannot change, cache/ and numba/; README.md says how it gets there.
shared=$(cd "$(dirname "$0")" && pwd)
cache="$HOME/.cache/bitmass_viz"

say() { echo "bitmass_viz: $1; this server starts all the same" >&2; }

# Links in folders of the student's own: Numba takes no compiled code from a folder that it cannot write to.
[ ! -d "$shared/numba" ] || { mkdir -p "$HOME/.cache/numba" && cp -rsf "$shared/numba/." "$HOME/.cache/numba"; } ||
  say "compiled code could not be shared"
[ ! -d "$shared/cache" ] || { mkdir -p "$cache" && ln -sf "$shared"/cache/*-ubyte* "$cache"; } ||
  say "MNIST could not be shared"

# A copy of the networks that experiments need not train again, for students add theirs to it.
networks=experiments/networks.jsonl
[ ! -f "$shared/cache/$networks" ] || [ -e "$cache/$networks" ] ||
  { mkdir -p "$cache/experiments" && cp "$shared/cache/$networks" "$cache/$networks"; } ||
  say "trained networks could not be shared"

timeout 60 bitmass lessons "$HOME/lessons" --only-copy >/dev/null || say "the lessons could not be copied"

exec jupyterhub-singleuser "$@"
