"""Chromium, Firefox and WebKit, as this machine has them, each driven in the words of Selenium.

Playwright drives Firefox and WebKit only in builds of its own, which no reader has. Firefox is driven by
Mozilla's marionette-driver, since neither Debian nor PyPI has geckodriver:
its words are Selenium's, but for two.
"""

import contextlib
import os
import shutil
import subprocess
import sys

import pytest
from conftest import free_port
from marionette_driver.marionette import Marionette
from selenium import webdriver
from selenium.common.exceptions import NoSuchDriverException

from edition.paper.browser import NAMES

APPLICATION = "/Applications/Firefox.app/Contents/MacOS/firefox"


def fail(name):
    pytest.fail(f"{name} is missing; run: sh tests/browser.sh all", pytrace=False)


def program(*names):
    """The first of some programs that this machine has."""
    return next(filter(None, map(shutil.which, names)), None) or fail(names[0])


class Firefox(Marionette):
    get, back = Marionette.navigate, Marionette.go_back


@contextlib.contextmanager
def chromium():
    options = webdriver.ChromeOptions()
    if path := next(filter(None, map(shutil.which, NAMES)), None):  # without one, Selenium's own
        options.binary_location = path
    options.add_argument("--headless=new")
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    try:
        driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    except NoSuchDriverException:
        fail("chromedriver")
    yield driver
    driver.quit()


@contextlib.contextmanager
def firefox():
    path = program("firefox-esr", "firefox", APPLICATION)
    driver = Firefox(bin=path, port=free_port(), headless=True, gecko_log=os.devnull)
    driver.start_session()
    yield driver
    driver.quit()
    driver.cleanup()


@contextlib.contextmanager
def webkit():
    """Safari, or what Debian has of its engine, on a screen that nobody sees."""
    if sys.platform == "darwin":
        driver = webdriver.Safari()  # once before: safaridriver --enable
        yield driver
        return driver.quit()
    service, screen = program("WebKitWebDriver"), program("Xvfb")
    command = [screen, "-displayfd", "1", "-screen", "0", "1600x1200x24"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as xvfb:
        environment = os.environ | {"DISPLAY": f":{xvfb.stdout.readline().strip()}"}
        options = webdriver.WebKitGTKOptions()
        options.add_argument("--automation")
        driver = webdriver.WebKitGTK(options, service=webdriver.WebKitGTKService(service, env=environment))
        yield driver
        driver.quit()
        xvfb.terminate()
