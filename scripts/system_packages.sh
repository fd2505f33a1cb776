#!/bin/sh
# Install the system packages that some tests need, where we may: on Debian and its kin, as root.
# Elsewhere those tests skip and are listed; CASEBOOK_FORBID_SKIPS=1 turns such skips into failures.
set -eu

PACKAGES="chromium"

missing=""
for package in $PACKAGES; do
    command -v "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed:$missing. The tests that need them will skip; install them by hand to run all." >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # one word per package
apt-get install -y -qq --no-install-recommends $missing >/dev/null
