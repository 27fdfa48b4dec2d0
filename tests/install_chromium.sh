#!/bin/sh
# Browser tests need Chromium: install it where that is possible (apt as root), else the tests skip and say so.
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..."
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 ||
        echo "Chromium could not be installed: browser tests will be skipped."
else
    echo "No Chromium and no right to install it: browser tests will be skipped."
fi
