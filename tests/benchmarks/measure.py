"""Run a command: how long it takes, and how much memory all its processes take together."""

import ctypes
import os
import re
import subprocess
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import NamedTuple


class Run(NamedTuple):
    seconds: float
    megabytes: float  # the peak of the proportional set sizes, in which what processes share counts once
    log: str


def run(command, folder):
    """Run a command in `folder`, whose own `edition` it imports; a failure ends the benchmarks."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("EDITION_BOOK", "MAKEFLAGS", "MAKELEVEL")
    }
    environment |= {"PYTHONPATH": str(folder)}
    peak, last, ended = 0, 0, Event()

    def watch():
        nonlocal peak, last
        while not ended.wait(0.1):
            last, now = _memory(), last
            # two looks in a row: while a process starts another, its memory is seen as that of both
            peak = max(peak, min(last, now))

    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: whatever leaves its parent becomes this one's
    start = perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    Thread(target=watch, daemon=True).start()
    said = process.communicate()[0]
    seconds = perf_counter() - start
    ended.set()
    told = f"{folder.name}: {' '.join(map(str, command))}"
    if process.returncode:
        raise SystemExit(f"{said[-3000:]}\nThis build failed, so nothing was measured. {told}")
    print(f"{seconds:7.2f} s {peak:5.0f} MB  {told}", file=sys.stderr, flush=True)
    return Run(seconds, peak, said)


def _memory():
    """Return the megabytes of all processes that come from this one."""
    children = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            parent = status.read_text().rpartition(")")[2].split()[1]
            children[int(parent)].append(int(status.parent.name))
    kibibytes, family = 0, children[os.getpid()]
    for member in family:
        family += children[member]
        with suppress(OSError, TypeError):  # it has ended, or is about to
            kibibytes += int(
                re.search(r"^Pss: +(\d+)", Path(f"/proc/{member}/smaps_rollup").read_text(), re.M)[1]
            )
    return kibibytes * 1024 / 1e6
