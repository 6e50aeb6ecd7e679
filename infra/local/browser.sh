#!/usr/bin/env bash
# Sees to it that there is a Chromium for the tests of what people see: on Debian and its kin it is installed, by root.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if "$name" --version >/dev/null 2>&1; then exit 0; fi
done

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
  echo "The tests need Chromium: install the package chromium (on Debian: sudo apt-get install chromium), then run them again." >&2
  exit 1
fi
echo "Installing Chromium for the browser tests (once)"
apt-get update -qq -o Acquire::Retries=5
DEBIAN_FRONTEND=noninteractive apt-get install -o Acquire::Retries=5 -y -qq --no-install-recommends chromium >/dev/null
chromium --version
