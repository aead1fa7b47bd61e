"""The pins on each version of CPython that the book is for: every one has a wheel there."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.whole
LISTS = [ROOT / name for name in ("requirements.txt", ".binder/requirements.txt", "tests/requirements.txt")]


def install(tmp_path, python, platform, *lists):
    """Let uv say what it would install.

    Unlike pip it reads the pins' markers for that Python, not for the running one.

    mozprofile, which marionette-driver brings, is pure Python, but has no wheel.
    """
    command = [
        Path(sysconfig.get_path("scripts")) / "uv",
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-binary",
        "mozprofile",
        "--python-version",
        python,
        "--python-platform",
        platform,
        "--target",
        tmp_path,
        *[word for one in lists for word in ("-r", one)],
    ]
    done = subprocess.run(
        command, env=os.environ | {"MACOSX_DEPLOYMENT_TARGET": "15.0"}, capture_output=True, text=True
    )  # of macOS; pikepdf has none for older
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("platform", ["x86_64-manylinux_2_28", "macos"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_every_pin_has_a_wheel(tmp_path, python, platform):
    code, told = install(tmp_path, python, platform, *LISTS)
    assert code == 0, told
    assert "+ pandas==" in told and "+ playwright==" in told, told


def test_a_pin_without_a_wheel_is_found(tmp_path):
    (tmp_path / "pins.txt").write_text("docopt==0.6.2\n")  # a source archive only
    code, told = install(tmp_path, "3.13", "macos", tmp_path / "pins.txt")
    assert code != 0 and "docopt==0.6.2 has no usable wheels" in told, told
