# What the scripts share: packages are there, the build is there.  Sourced, not run.
#
# Everything here is quick when there is nothing to do: one question to dpkg, then the
# build tool looks at its files.  Nothing is installed or configured twice.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

installed=no  # whether need() installed something, so that cmake must look again

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# packages GROUP...: the names that script/packages lists for these groups.
packages() {
  local group
  for group in "$@"; do
    awk -v group="$group" '$1 == group { print $2 }' "$root/script/packages"
  done | sort -u
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "Not root and no sudo. Please run as root: $*"
  fi
}

# need GROUP...: installs what dpkg does not know as installed.
need() {
  command -v dpkg-query >/dev/null || return 0  # not Debian: cmake will name what is missing
  local wanted have name missing=
  wanted=$(packages "$@")
  # shellcheck disable=SC2086  # one word a package
  have=" $(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
    awk '$2 == "installed" { print $1 }' | tr '\n' ' ') "
  for name in $wanted; do
    case $have in *" $name "*) ;; *) missing+=" $name" ;; esac
  done
  [ -n "$missing" ] || return 0
  say "Installing$missing"
  local quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -qq)
  # shellcheck disable=SC2086
  as_root "${quiet[@]}" install -y --no-install-recommends $missing >/dev/null 2>&1 || {
    as_root "${quiet[@]}" update >/dev/null
    as_root "${quiet[@]}" install -y --no-install-recommends $missing >/dev/null
  } || die "apt-get could not install$missing"
  installed=yes
}

jobs() { nproc 2>/dev/null || echo 2; }

# configure FOLDER [CMAKE-OPTION...]: only when that was not done yet with these options.
configure() {
  local folder=$1 mark=$1/configured.txt
  shift
  if [ $installed = no ] && [ -f "$mark" ] && [ "$(cat "$mark")" = "$*" ]; then
    return 0
  fi
  local options=("$@")
  if [ ! -f "$folder/CMakeCache.txt" ] && command -v ninja >/dev/null; then
    options+=(-G Ninja)
  fi
  if command -v ccache >/dev/null; then
    options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  mkdir -p "$folder"
  if ! cmake -S "$root" -B "$folder" "${options[@]}" >"$folder/configure.log" 2>&1; then
    cat "$folder/configure.log" >&2
    die "cmake failed in $folder"
  fi
  printf '%s' "$*" >"$mark"
}

# compile FOLDER TARGET: quiet unless something goes wrong or takes long.  Two scripts at
# once take turns: the build tools do not lock their folder.
compile() {
  local folder=$1 target=$2
  [ -e "$folder/fermata" ] || say "Building in $folder; the first time takes a few minutes."
  (
    flock 9
    if [ -f "$folder/build.ninja" ]; then
      ninja -C "$folder" --quiet "$target" | grep -v '^ninja: no work to do'
      exit "${PIPESTATUS[0]}"
    else
      cmake --build "$folder" --target "$target" -j "$(jobs)" -- -s
    fi
  ) 9>"$folder/lock" >&2 || die "The build in $folder failed."
}

# release TARGET [GROUP...]: build/release has that target, up to date.
release() {
  local target=$1
  shift
  need build "$@"
  mkdir -p "$root/build/release"
  configure "$root/build/release" -DCMAKE_BUILD_TYPE=Release
  compile "$root/build/release" "$target"
}
