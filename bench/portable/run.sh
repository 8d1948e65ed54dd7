#!/bin/sh
# Starts the benchmark with the Node that lies here; --help lists its options.
case $0 in
  */*) here=$(cd "${0%/*}" && pwd) ;;
  *) here=$(pwd) ;;
esac
export RETROGRADE_BENCH_LIBRARIES="$here/lib"
# a machine without a C++ runtime gets the one that came along
if ! "$here/bin/node" --version >/dev/null 2>&1; then
  export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"
fi
exec "$here/bin/node" "$here/dist/bench/portable/src/main.js" "$@"
