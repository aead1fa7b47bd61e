"""tests/browser.sh brings the browsers for the tests, and asks nobody for more rights than it has."""

import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT

from edition.paper.browser import launch

UPDATE, INSTALL = "apt-get update -qq", "apt-get install -y -qq --no-install-recommends"
DEBIAN = ["chromium", "chromium-driver", "firefox-esr", "webkit2gtk-driver", "xvfb"]


@pytest.fixture
def run(tmp_path):
    """Run the script on a machine with some programs; returns (exit status, its message, what it has run)."""
    said = tmp_path / "said"

    def program(path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(*arguments, user=1000, programs=(), fails=()):
        shutil.rmtree(tmp_path / "bin", ignore_errors=True)
        program(tmp_path / "bin" / "id", f"echo {user}")
        for name in [*programs, "sudo", "../.venv/bin/playwright"]:
            text = f'echo "{Path(name).name} $*" >>{said}; exit {int(name in fails)}'
            program(tmp_path / "bin" / name, text)
        said.write_text("")
        command = [shutil.which("sh"), ROOT / "tests" / "browser.sh", *arguments]
        environment = {"PATH": str(tmp_path / "bin")}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.returncode, done.stderr, said.read_text().splitlines()

    return run


def test_what_is_there_is_taken(run):
    assert run(programs=["google-chrome", "chromedriver", "apt-get"], user=0) == (0, "", [])
    assert run("all", programs=["google-chrome", "chromedriver", "firefox", "safaridriver"]) == (0, "", [])


def test_root_on_a_debian_installs_what_is_missing(run):
    assert run(user=0, programs=["apt-get"]) == (0, "", [UPDATE, f"{INSTALL} chromium chromium-driver"])
    assert run("all", user=0, programs=["apt-get"])[2][1] == f"{INSTALL} {' '.join(DEBIAN)}"


def test_others_get_playwrights_chromium_and_nobody_is_asked_for_rights(run):
    assert run(programs=["apt-get"]) == (0, "", ["playwright install chromium"])
    assert run(user=0) == (0, "", ["playwright install chromium"]), "no Debian"
    offline = run(user=0, programs=["apt-get"], fails=["apt-get"])
    assert offline == (0, "", [UPDATE, "playwright install chromium"])


def test_what_cannot_be_brought_is_told_in_a_line(run):
    status, told, _ = run(fails=["../.venv/bin/playwright"])
    assert status == 1 and told == "browser.sh: there is no Chromium; install chromium or Google Chrome\n"
    status, told, _ = run("all", programs=["chromium", "chromedriver", "WebKitWebDriver"])
    assert status == 1 and told == (
        "browser.sh: firefox-esr is missing; as root on a Debian: apt-get install firefox-esr xvfb\n"
    )


@pytest.mark.parametrize("user, sandbox", [(0, False), (1000, True)])
def test_chromium_keeps_its_sandbox_unless_root_starts_it(monkeypatch, user, sandbox):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    started = launch(SimpleNamespace(launch=lambda **options: options))
    assert started["chromium_sandbox"] is sandbox and "--no-sandbox" not in started["args"]
