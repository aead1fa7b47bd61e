"""The browser of the print edition and of the tests: the machine's own Chromium, else Playwright's."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@contextmanager
def chromium(*flags):
    path = next(filter(None, map(shutil.which, NAMES)), None)  # without one, Playwright's own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        yield browser
        browser.close()
