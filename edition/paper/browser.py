"""The browser of the print edition and of the tests: the machine's own Chromium, else Playwright's."""

import os
import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(browsers, *flags):
    """Start a browser; `browsers` is Playwright's type of browser, of which a program has one."""
    path = next(filter(None, map(shutil.which, NAMES)), None)  # without one, Playwright's own
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # who alone can have no sandbox
    return browsers.launch(executable_path=path, chromium_sandbox=not root, args=[*FLAGS, *flags])


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()
