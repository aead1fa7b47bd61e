"""The cells are run here: each chapter in a kernel of its own, again only when what it read has changed.

Before a chapter is read, its outputs are put where MyST-NB takes them from: a cache of jupyter-cache's that
lasts as long as the build. From one build to the next they are kept with the digest of every file of the book
that the kernel opened or imported. Cells that read something else, of which `make book` could not know that
it has changed, are a fault.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import Empty

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.util import logging
from traitlets import Type

from edition import build, cache

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent
START = 60  # seconds in which a kernel must have begun to answer
FORKS = sys.platform == "linux"
# what a Python and its machine have of their own; a book does not depend on it
PYTHON = [sys.prefix, sys.base_prefix, *site.getsitepackages()]
SYSTEM = "/dev /etc /lib /opt /proc /sys /usr /System /Library /private/etc".split()
MACHINE = tuple(f"{folder}/" for folder in [*PYTHON, *map(os.path.realpath, PYTHON), *SYSTEM])


class KernelError(Exception):
    """The cells could not be run, for a reason that is not theirs."""


class NotBegunError(KernelError):
    """Their kernel has not begun."""


class ForkServer:
    """The process that forks the kernels, see `forkserver.py`. It ends with this one."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, HERE / "forkserver.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.lock = threading.Lock()

    def fork(self, **order):
        with self.lock, suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            if pid := self.process.stdout.readline():
                return Fork(int(pid))
        raise KernelError("the process that starts the kernels has ended")

    def close(self):
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


@contextmanager
def forked_kernels():
    """While this lasts, kernels can be launched."""
    ForkedKernel.forkserver = ForkServer()
    try:
        yield
    finally:
        ForkedKernel.forkserver.close()
        ForkedKernel.forkserver = None


class Fork:
    """As much of `subprocess.Popen` as a provisioner asks for, of a process that is no child of this one."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0

    def wait(self):
        return 0  # called once it has ended

    def send_signal(self, number):
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


class ForkedKernel(LocalProvisioner):
    """Launches a kernel as a fork of the fork server. Jupyter finds it by its entry point, `forked`."""

    forkserver = None  # while kernels can be forked

    async def launch_kernel(self, cmd, **kwargs):
        self.process = self.forkserver.fork(
            arguments=cmd[cmd.index("-f") :], connection=self.parent.connection_file, folder=kwargs["cwd"]
        )
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def shutdown_requested(self, restart=False):
        """Wait some milliseconds for its end, since the manager waits in steps of 0.1 seconds."""
        for _ in range(100):
            if self.process.poll() is None:
                await asyncio.sleep(0.005)


class ForkedKernelClient(AsyncKernelClient):
    """Knows within milliseconds that a kernel is there; Jupyter's own client waits 0.2 seconds a time."""

    async def wait_for_ready(self, timeout=START):
        """Ask the kernel until it answers on both channels: from then on nothing that it says is lost."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            question = self.kernel_info()
            with suppress(Empty, TimeoutError):
                await self._recv_reply(question, timeout=1)
                while True:
                    message = await self.get_iopub_msg(timeout=0.02)
                    answers = message["parent_header"].get("msg_id") == question
                    if answers and message["content"].get("execution_state") == "idle":
                        return
            if self.process.poll() is not None:
                raise NotBegunError("the kernel ended before it had begun")
        raise KernelError(f"the kernel did not answer within {timeout} seconds")


class ForkedKernelManager(AsyncKernelManager):
    """Has the kernel that a notebook names launched so."""

    client_factory = Type(ForkedKernelClient)

    @property
    def kernel_spec(self):
        spec = super().kernel_spec
        spec.metadata = {"kernel_provisioner": {"provisioner_name": "forked"}}
        return spec

    def client(self, **options):
        client = super().client(**options)
        client.process = self.provisioner.process
        return client


class KernelManager(AsyncKernelManager):
    """Has an ordinary kernel launched that notes what it reads."""

    @property
    def kernel_spec(self):
        spec = super().kernel_spec
        spec.argv = [sys.executable, str(HERE / "kernel.py"), "-f", "{connection_file}"]
        return spec


def processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run(notebook, folder, timeout):
    """Run the cells of `notebook`, as `attempt` does.

    Once more where the kernel has not begun: a port that was free may be another's before the kernel has it.
    """
    with suppress(NotBegunError):
        return attempt(notebook, folder, timeout)
    return attempt(notebook, folder, timeout)


def attempt(notebook, folder, timeout):
    """Run the cells of `notebook` in a new kernel in `folder`, at most `timeout` seconds each.

    Return what `kernel.py` tells of them. Raises CellExecutionError, CellTimeoutError or DeadKernelError,
    with the cell as its attribute `cell`, or KernelError.
    """
    begun = []
    client = NotebookClient(
        notebook,
        kernel_manager_class=ForkedKernelManager if FORKS else KernelManager,
        timeout=timeout,
        startup_timeout=START,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,  # it would stand in the cells' metadata, part of the key of jupyter-cache
        on_cell_start=lambda cell, cell_index: begun.append(cell_index),
    )
    with tempfile.TemporaryDirectory() as place:
        client.create_kernel_manager().connection_file = f"{place}/kernel.json"
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            error.cell = begun[-1]
            raise
        except RuntimeError as error:  # of the client of an ordinary kernel
            raise NotBegunError("the kernel ended before it had begun") from error
        try:
            return json.loads(Path(f"{place}/kernel.json.read").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise KernelError("the kernel ended before its time") from None


def report(error, notebook, path, docname):
    """Say which cell failed, where it stands in its chapter, and why."""
    if not hasattr(error, "cell"):
        message = "its cells could not be run: %s; build again, and if that does not help, tell the editors"
        logger.warning(message, error, location=docname)
        return
    cell = notebook.cells[error.cell]
    start, first = notebook.metadata["source_map"][error.cell], cell.source.splitlines()[0].strip()
    lines = path.read_text(encoding="utf-8").splitlines()[start:]
    line = next((number for number, text in enumerate(lines, start + 1) if text.strip() == first), start)
    if isinstance(error, CellTimeoutError):
        message = "this cell ran longer than the time-out of `_config.yml`; make it faster"
        logger.warning(message, location=(docname, line))
        return
    trace = re.sub(r"\x1b\[[\d;]*m", "", str(error))
    own_lines = rf"Cell In\[{cell.execution_count}\], line (\d+)"  # not of a cell whose function it called
    if numbers := re.findall(own_lines, trace):
        line += int(numbers[-1]) - 1
    what = "the kernel died"
    if isinstance(error, CellExecutionError):
        what = f"{error.ename}: {' '.join(error.evalue.split())}"
    message = "this cell failed: %s; correct the cell, or the data that it reads\n%s"
    logger.warning(message, what, trace.strip(), location=(docname, line))


class Reads:
    """What cells may read: the files of the book, and what the machine has of its own.

    The files have the names that they have among the book's inputs (`build.inputs`).
    """

    def __init__(self, root, inputs):
        self.root, self.inputs = root, inputs
        # a file that comes or goes may be looked for in any way
        self.names = build.digest("\n".join(sorted(inputs)).encode())

    def name(self, file):
        for prefix, folder in (("", f"{self.root}/"), ("engine: ", f"{build.ENGINE}/")):
            if file.startswith(folder) and "__pycache__" not in file:
                return prefix + file.removeprefix(folder)
        return None

    def known(self, files):
        """Return {name: digest} of the files that are of the book."""
        return {name: self.inputs[name] for name in map(self.name, files) if name in self.inputs}

    def strange(self, files):
        """Yield the files that exist and are neither of the book nor of the machine."""
        home = [f"{Path.home()}/.", f"{Path.home()}/Library/"]
        built = f"{os.environ.get('EDITION_BUILD') or '/dev'}/"
        machine = (*MACHINE, tempfile.gettempdir() + "/ipykernel_", built, *home)
        for file in files:
            left_behind = "__pycache__" in file or ".egg-info" in file
            if left_behind or file.startswith(machine) or self.name(file) in self.inputs:
                continue
            if os.path.isfile(file) and not os.path.realpath(file).startswith(MACHINE):
                yield file

    def path(self, name):
        """Return the path of an input."""
        folder = build.ENGINE if name.startswith("engine: ") else self.root
        return str(Path(folder, name.removeprefix("engine: ")))


class Execution:
    """What runs beside the reading of the chapters: those whose cells must run, each in its kernel.

    As many run at once as there are processors.
    """

    def __init__(self):
        self.jobs, self.stack = {}, ExitStack()

    def prepare(self, app, config):
        """Where all chapters will be read, have the fork server import what the kernels share.

        It does so while the build itself begins.
        """
        if FORKS and config.nb_execution_mode == "cache" and not os.environ.get("EDITION_CHANGED"):
            self.stack.enter_context(forked_kernels())

    def begin(self, app, env, docnames):
        """Start to run the cells of the chapters that are about to be read, and have those be read last."""
        config = env.mystnb_config
        self.active = config.execution_mode == "cache"
        if not self.active:
            return
        shutil.rmtree(config.execution_cache_path, ignore_errors=True)
        self.handed = get_cache(config.execution_cache_path)
        self.cache = cache.Cache(cache.place(app, "cells"))
        self.cache.prune()
        self.reads = Reads(Path(app.srcdir), build.inputs(Path(app.srcdir)))
        self.known, self.ready = {}, {}
        outdated = {}
        for docname in docnames:
            if (chapter := self.chapter(env, docname)) and not self.keep(docname, *chapter):
                outdated[docname] = chapter
        docnames.sort(key=lambda docname: docname in outdated)
        if outdated:
            if FORKS and not ForkedKernel.forkserver:
                self.stack.enter_context(forked_kernels())
            pool = self.stack.enter_context(ThreadPoolExecutor(processors()))
            for docname, (path, notebook) in outdated.items():
                job = pool.submit(run, notebook, path.parent, config.execution_timeout)
                self.jobs[docname] = path, notebook, job

    def chapter(self, env, docname):
        """Return (path, notebook) of a chapter that has cells, or None."""
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = reader and reader.read(text)
        return (path, notebook) if notebook and code_cells(notebook) else None

    def key(self, docname, notebook):
        """Return the name under which the outputs of a chapter are kept."""
        # a tag may skip a cell, or let it fail
        cells = [(cell.source, cell.metadata.get("tags", [])) for cell in code_cells(notebook)]
        kernel = notebook.metadata.get("kernelspec", {})
        machine = [self.reads.inputs[f"machine: {what}"] for what in ("python", "packages")]
        return cache.key(docname, cells, kernel, *machine)

    def keep(self, docname, path, notebook):
        """Take the outputs from an earlier build where all that was read then is as it was.

        Return whether it is.
        """
        entry = self.cache.get(self.key(docname, notebook))
        if not entry or entry["names"] != self.reads.names:
            return False
        if any(self.reads.inputs.get(name) != before for name, before in entry["read"].items()):
            return False
        notebook.metadata["language_info"] = nbformat.from_dict(entry["language"])  # as a kernel tells it
        for cell, outputs in zip(code_cells(notebook), entry["outputs"], strict=True):
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
        self.known[docname] = list(entry["read"])
        self.ready[docname] = path, notebook
        return True

    def hand(self, path, notebook):
        """Put a notebook where MyST-NB takes the outputs from, just before it does.

        For it tells chapters by the words of their cells.
        """
        bundle = CacheBundleIn(notebook, str(path))
        self.handed.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def finish(self, app, docname, source):
        """Before a chapter is read: wait for its outputs, keep them, have Sphinx note what its cells read."""
        if not self.active:
            return
        if docname in self.ready:
            self.hand(*self.ready.pop(docname))
        if docname in self.jobs:
            path, notebook, job = self.jobs.pop(docname)
            if error := job.exception():
                report(error, notebook, path, docname)
                if isinstance(error, KernelError):
                    source[0] = ""  # without its outputs it has faults that are none
            else:
                self.take(docname, notebook, job.result())
            self.hand(path, notebook)  # as far as it came: the chapter's other faults are told, too
        for name in self.known.get(docname, ()):
            app.env.note_dependency(self.reads.path(name))

    def take(self, docname, notebook, record):
        """Keep the outputs of cells that have run, and what they read, unless that was changed meanwhile.

        `record` is what `run` returned.
        """
        strange, others = list(self.reads.strange(record["files"])), record["others"]
        for file in strange:
            message = "its cells read %s, which is no part of the book; put it into data/"
            logger.warning(message, os.path.relpath(file, self.reads.root), location=docname)
        for event in others:
            message = "its cells do what can't be followed (%s); let them read files of the book alone"
            logger.warning(f"{message}, with Python", event, location=docname)
        self.known[docname] = read = self.reads.known(record["files"])
        now = {name: build.digest(build.content(Path(self.reads.path(name)))) for name in read}
        if not strange and not others and now == read:
            entry = {
                "read": read,
                "names": self.reads.names,
                "language": notebook.metadata["language_info"],
                "outputs": [cell.outputs for cell in code_cells(notebook)],
            }
            self.cache.put(self.key(docname, notebook), entry)

    def end(self, app, *_):
        self.stack.close()


def setup(app):
    execution = Execution()
    app.connect("config-inited", execution.prepare)
    app.connect("env-before-read-docs", execution.begin)
    app.connect("source-read", execution.finish)
    app.connect("env-updated", execution.end, priority=100)  # before the charts are drawn, which takes memory
    app.connect("build-finished", execution.end)
