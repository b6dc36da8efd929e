#!/usr/bin/env bash
# Builds the one native file "bootstrap" for Lambda's provided.al2023.
#   deploy/build.sh x86_64|arm64 FOLDER [auto|native|cross|container]
# auto: natively where the processor fits, cross-compiled from x86_64 to arm64 where the tools are there, else in a container.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  x86_64 | x64 | amd64) architecture=x86_64 rid=linux-x64 machine=X86-64 ;;
  arm64 | aarch64) architecture=arm64 rid=linux-arm64 machine=AArch64 ;;
  *) echo "build.sh: the architecture is x86_64 or arm64, not '${1:-}'." >&2; exit 2 ;;
esac
folder=${2:?build.sh: the second argument is the folder that gets the file.}
way=${3:-auto}
case "$way" in auto | native | cross | container) ;; *) echo "build.sh: the way is auto, native, cross or container, not '$way'." >&2; exit 2 ;; esac
# AL2023's C library. A build machine with a newer one can produce a file that does not start there.
newest_glibc=2.34

has() { command -v "$1" >/dev/null 2>&1; }

host() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo x86_64 ;;
    Linux-aarch64 | Linux-arm64) echo arm64 ;;
    *) echo other ;;
  esac
}

why_not_native() {
  [ "$(host)" = "$architecture" ] || { echo "this machine is $(uname -s) on $(uname -m), and .NET compiles natively only for its own"; return; }
  has dotnet || { echo "the .NET 10 SDK is not installed"; return; }
  has clang || has gcc || { echo "neither clang nor gcc is installed (Debian: apt-get install clang zlib1g-dev)"; return; }
  has objcopy || { echo "objcopy is not installed (Debian: apt-get install binutils)"; return; }
}

why_not_cross() {
  [ "$(host)" = x86_64 ] && [ "$architecture" = arm64 ] || { echo "cross-compiling is from x86_64 Linux to arm64 only"; return; }
  has dotnet || { echo "the .NET 10 SDK is not installed"; return; }
  for tool in clang ld.lld aarch64-linux-gnu-gcc aarch64-linux-gnu-objcopy; do
    has "$tool" || { echo "$tool is not installed (Debian: apt-get install clang lld gcc-aarch64-linux-gnu libc6-dev-arm64-cross)"; return; }
  done
  [ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ] || echo "arm64's C library is not installed (Debian: apt-get install libc6-dev-arm64-cross)"
}

why_not_container() {
  has docker || { echo "docker is not installed"; return; }
  docker info >/dev/null 2>&1 || echo "docker is installed but its daemon does not answer"
}

# Newer C libraries than Debian 12's are known to leave their mark on the file, so a container comes first there.
has_new_glibc() { [ "$(printf '%s\n' 2.36 "$(getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ print $2 }')" | sort -V | tail -1)" != 2.36 ]; }

choose() {
  if [ -z "$(why_not_native)" ] && ! { has_new_glibc && [ -z "$(why_not_container)" ]; }; then echo native
  elif [ -z "$(why_not_cross)" ]; then echo cross
  elif [ -z "$(why_not_container)" ]; then echo container
  else
    {
      echo "build.sh: cannot build for $architecture here:"
      echo "  native:    $(why_not_native)"
      echo "  cross:     $(why_not_cross)"
      echo "  container: $(why_not_container)"
    } >&2
    return 1
  fi
}

publish() { dotnet publish src/DrainerFunction -c Release -r "$rid" -o "$work" -v quiet -nologo "$@"; }

check() {
  local tool=objdump
  [ "$way" = cross ] && tool=aarch64-linux-gnu-objdump
  if has readelf && ! readelf -h "$work/bootstrap" | grep -q "Machine:.*$machine"; then
    echo "build.sh: the file is not for $architecture." >&2; return 1
  fi
  has "$tool" || return 0
  local needs
  needs=$("$tool" -T "$work/bootstrap" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -Vu | tail -1)
  if [ "$(printf '%s\n' "$newest_glibc" "$needs" | sort -V | tail -1)" != "$newest_glibc" ]; then
    echo "build.sh: the file needs glibc $needs, Lambda's provided.al2023 has $newest_glibc. Build it in a container: make zip BUILD=container" >&2
    return 1
  fi
}

[ "$way" = auto ] && way=$(choose)
reason=$("why_not_$way")
[ -z "$reason" ] || { echo "build.sh: cannot build for $architecture ($way): $reason" >&2; exit 1; }

mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $way in
  native) if has clang; then publish; else publish -p:CppCompilerAndLinker=gcc; fi ;;
  cross) publish -p:LinkerFlavor=lld ;;
  container)
    DOCKER_BUILDKIT=1 docker build --file deploy/Dockerfile --platform "linux/${architecture/x86_64/amd64}" \
      --build-arg ARCHITECTURE="$architecture" --build-arg RID="$rid" --output "type=local,dest=$work" .
    ;;
esac
check
install -m 755 "$work/bootstrap" "$folder/bootstrap"
echo "$folder/bootstrap: $architecture, $way, $(($(wc -c <"$folder/bootstrap") / 1024)) KiB. Deploy it with the parameter Architecture=$architecture."
