#!/usr/bin/env bash
# An interpreter without grants asks the system for nothing: every binding of every library is
# called, and strace sees no file opened, nothing connected, no program started.  Where strace
# cannot be used, as in some containers, only that nothing crashes is seen.
set -eu
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=$FERMATA_BUILD/fermata_tests
calls=open,openat,openat2,creat,connect,bind,listen,socket,execve,execveat,fork,vfork,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,rmdir,chmod,fchmodat,chown,fchownat,truncate,chdir,kill,setpriority,umask,stat,statx,newfstatat,readlink
cd "$work"
rm -f /tmp/fermata-harm*  # of a run that failed
traced=
if strace -o /dev/null true 2>/dev/null; then traced="strace -f -qq -e trace=$calls -o $work/trace"; fi
status=0
$traced "$tests" '[every-binding]' >"$work/out" 2>&1 || status=$?
if [ "$status" = 0 ] && grep -q "libraries, .* calls" "$work/out"; then passed=$((passed + 1)); else failed=$((failed + 1)); tail -30 "$work/out"; fi
if [ -z "$traced" ]; then
  echo "$passed passed, $failed failed"
  exit
fi
# What the process itself needs: its program and libraries, its memory limits, its own stack.
grep -v 'execve("[^"]*fermata_tests"\|/etc/ld.so\|\.so\(\.[0-9]*\)*"\|/sys/fs/cgroup\|/proc/self/\|/proc/stat\|/sys/devices/system/cpu\\|+++\|---\|newfstatat([0-9]*, ""' \
  "$work/trace" | sed 's/^[0-9]* *//' | sort | uniq -c | sort -rn >"$work/rest" || true
if [ -s "$work/rest" ]; then
  failed=$((failed + 1))
  echo "the system was asked:"
  head -40 "$work/rest"
else
  passed=$((passed + 1))
fi
echo "$passed passed, $failed failed"
