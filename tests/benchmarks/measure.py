"""Run a command: how long it takes, and how much memory all its processes take together."""

import os
import re
import subprocess
import sys
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
    mark = f"{os.getpid()}-{perf_counter()}"
    environment = {name: value for name, value in os.environ.items() if name not in ("EDITION_BOOK", "MAKEFLAGS", "MAKELEVEL")}
    environment |= {"EDITION_BENCHMARK": mark, "PYTHONPATH": str(folder)}
    peak, last, ended = 0, 0, Event()

    def watch():
        nonlocal peak, last
        while not ended.wait(0.1):
            last, now = _memory(mark.encode()), last
            peak = max(peak, min(last, now))  # two looks in a row: while a process starts another, its memory is seen as that of both

    Thread(target=watch, daemon=True).start()
    start = perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seconds = perf_counter() - start
    ended.set()
    told = f"{folder.name}: {' '.join(map(str, command))}"
    if done.returncode:
        raise SystemExit(f"{done.stdout[-3000:]}\nThis build failed, so nothing was measured. {told}")
    print(f"{seconds:7.2f} s {peak:5.0f} MB  {told}", file=sys.stderr, flush=True)
    return Run(seconds, peak, done.stdout)


def _memory(mark):
    """Return the megabytes of all processes with `mark` in their environment, however they were started."""
    kibibytes = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            if mark in (process / "environ").read_bytes():
                kibibytes += int(re.search(rb"^Pss: +(\d+)", (process / "smaps_rollup").read_bytes(), re.M)[1])
    return kibibytes * 1024 / 1e6
