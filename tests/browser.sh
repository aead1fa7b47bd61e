#!/bin/sh
# Make sure of the browsers for the tests: a Chromium; with `all` also Firefox and WebKit. What is there is taken,
# and root on a Debian installs what is missing. Else Playwright's own Chromium does, and a line says what else to
# install.
set -e
has() {
    for name; do if command -v "$name" >/dev/null; then return 0; fi; done
    return 1
}

missing=""
has chromium chromium-browser google-chrome google-chrome-stable || missing="$missing chromium"
has chromedriver || missing="$missing chromium-driver"
if [ "$1" = all ]; then
    has firefox-esr firefox /Applications/Firefox.app/Contents/MacOS/firefox || missing="$missing firefox-esr"
    has WebKitWebDriver safaridriver || missing="$missing webkit2gtk-driver"
    has Xvfb safaridriver || missing="$missing xvfb"
fi
if [ -z "$missing" ]; then exit 0; fi

if [ "$(id -u)" = 0 ] && has apt-get; then
    # shellcheck disable=SC2086 # words, one a package
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; then exit 0; fi
fi
case "$missing " in *" chromium "*)
    if ! .venv/bin/playwright install chromium; then
        echo "browser.sh: there is no Chromium; install chromium or Google Chrome" >&2
        exit 1
    fi
esac
for package in $missing; do
    case "$package" in
    chromium | chromium-driver) ;; # Selenium fetches the driver itself
    *) echo "browser.sh: $package is missing; as root on a Debian: apt-get install$missing" >&2; exit 1 ;;
    esac
done
