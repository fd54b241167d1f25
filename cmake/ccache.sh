#!/bin/sh
# ccache.sh CCACHE COMPILER ARGUMENTS...: what CMake starts a compiler by where headers are precompiled. ccache
# leaves files that use them alone unless told that their dates and macros do not matter; ours use no __TIME__.
# And an old precompiled header that is about to be made anew would count as an input of the new one, so that
# no other folder could find it in the cache: it goes first. Nor is one good whose headers differ in a comment
# alone, which ccache otherwise overlooks: the compiler then knows them no longer, and reads them twice.
# What ccache knows of a file it keeps by inode, or each hit would read the 90 MB of precompiled headers again.
case $* in
  *'-x c++-header '*)
    export CCACHE_DEPEND=1
    output=
    for word; do
      if [ "$output" = next ]; then rm -f "$word"; fi
      if [ "$word" = -o ]; then output=next; else output=; fi
    done
    ;;
esac
CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_INODECACHE=1 exec "$@"
