#!/usr/bin/env bash
# The template of a release: with the zip beside it instead of a build, so that aws cloudformation package and sam deploy take it as it is.
#   deploy/release-template.sh ARCHITECTURE     prints it
set -euo pipefail
cd "$(dirname "$0")/.."

sed -e "s:CodeUri\: \.$:CodeUri\: drainer-$1.zip:" -e '/^      BuildMethod: makefile$/d' \
  -e "/^  Architecture:$/,/Default:/s:Default\: .*:Default\: $1:" template.yaml
