#!/usr/bin/env bash
# Everything a release consists of, into artifacts/release. The same commit gives the same bytes: no time but that of the commit is in any of it.
#   deploy/release.sh [ARCHITECTURE…]     both by default; a machine that can build only one names it
set -euo pipefail
cd "$(dirname "$0")/.."

architectures=("${@:-x86_64}")
[ $# -gt 0 ] || architectures=(x86_64 arm64)
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
out=artifacts/release
rm -rf "$out"
mkdir -p "$out"

# pack ZIP FOLDER FILE…: in this order, with one time and no extra fields.
pack() {
  local zip=$PWD/$1 folder=$2
  shift 2
  (cd "$folder" && TZ=UTC touch -d "@$epoch" "$@" && TZ=UTC zip -q -9 -X "$zip" "$@")
}

# The function, as make zip makes it.
for architecture in "${architectures[@]}"; do
  make --no-print-directory zip ARCHITECTURE="$architecture"
  cp "artifacts/drainer-$architecture.zip" "$out/"
  deploy/release-template.sh "$architecture" >"$out/template-$architecture.yaml"
done

# What is in it: the packages by version and digest. The tool writes the time of the run; the commit's takes its place.
dotnet tool restore >/dev/null
dotnet restore src/DrainerFunction --locked-mode -v quiet
dotnet CycloneDX src/DrainerFunction/DrainerFunction.csproj --disable-package-restore --no-serial-number --exclude-dev --output-format Json \
  --set-name node-drainer --set-version "$version" --set-type Application --output "$out" --filename "node-drainer-$version.cdx.json" >/dev/null
sed -i "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$(TZ=UTC date -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)\"/" "$out/node-drainer-$version.cdx.json"

# The Terraform module with the files that it applies, and what else is installed by hand.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/deploy"
cp -r deploy/terraform deploy/*.yaml "$work/deploy/"
mapfile -t files < <(cd "$work" && find deploy -type f ! -path '*/.terraform*' ! -name '*.tfstate*' | LC_ALL=C sort)
pack "$out/node-drainer-terraform-$version.zip" "$work" "${files[@]}"
cp deploy/*.yaml "$out/"

(cd "$out" && sha256sum -- *.zip *.yaml *.json >SHA256SUMS)
# The same as Terraform's package_sha256 wants it.
for architecture in "${architectures[@]}"; do
  echo "package_sha256 of drainer-$architecture.zip: $(openssl dgst -sha256 -binary "$out/drainer-$architecture.zip" | base64)"
done
cat "$out/SHA256SUMS"
