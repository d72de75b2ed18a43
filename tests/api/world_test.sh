#!/usr/bin/env bash
# An interpreter without grants asks the system for nothing: every binding of every library is
# called, and strace sees no file opened, nothing connected, no program started.
set -eu
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=$FERMATA_BUILD/fermata_tests
if ! command -v strace >/dev/null || [ ! -x "$tests" ] || ! strace -o /dev/null true 2>/dev/null; then  # not in every container
  echo "0 passed, 0 failed"
  exit
fi
calls=open,openat,openat2,creat,connect,bind,listen,socket,execve,execveat,fork,vfork,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,rmdir,chmod,fchmodat,chown,fchownat,truncate,chdir,kill,setpriority,umask,stat,statx,newfstatat,readlink
cd "$work"
rm -f /tmp/fermata-harm*  # of a run that failed
status=0
strace -f -qq -e trace="$calls" -o "$work/trace" "$tests" '[every-binding]' \
  >"$work/out" 2>&1 || status=$?
if [ "$status" = 0 ] && grep -q "libraries, .* calls" "$work/out"; then passed=$((passed + 1)); else failed=$((failed + 1)); tail -30 "$work/out"; fi
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
