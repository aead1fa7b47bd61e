#!/bin/sh
# Make sure that there is a browser for the tests: one that is there, else Debian's, else Playwright's.
set -e
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then become=""; else become="sudo -n"; fi
    if $become apt-get update -qq && $become apt-get install -y -qq --no-install-recommends chromium; then exit 0; fi
fi
exec .venv/bin/playwright install chromium
