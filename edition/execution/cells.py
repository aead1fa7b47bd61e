"""The cells are run here: each chapter in a kernel of its own, once, and again only when something that it read has changed.

Before a chapter is read, its outputs are put where MyST-NB takes them from: a cache of jupyter-cache's that lasts as long as the build.
From one build to the next they are kept with the digest of every file of the book that the kernel opened or imported. Cells that read
something else, of which `make book` could not know that it has changed, are a fault.
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
MACHINE = tuple(
    f"{folder}/"
    for folder in [
        *PYTHON,
        *map(os.path.realpath, PYTHON),
        "/dev",
        "/etc",
        "/lib",
        "/opt",
        "/proc",
        "/sys",
        "/usr",
        "/System",
        "/Library",
        "/private/etc",
    ]
)


class KernelError(Exception):
    """The cells could not be run, for a reason that is not theirs."""


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
    """As much of `subprocess.Popen` as a provisioner asks for, of a process that is not a child of this one."""

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
    """Launches a kernel as a fork of the fork server. Jupyter's client finds it by its entry point, `forked`."""

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
    """Knows within milliseconds that a kernel is there: a fork is there at once, while Jupyter's own client waits in steps of 0.2 seconds."""

    async def wait_for_ready(self, timeout=START):
        """Ask the kernel until it answers on both channels: from then on nothing that it says is lost."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            question = self.kernel_info()
            with suppress(Empty, TimeoutError):
                await self._recv_reply(question, timeout=1)
                while True:
                    told = await self.get_iopub_msg(timeout=0.02)
                    if (
                        told["parent_header"].get("msg_id") == question
                        and told["content"].get("execution_state") == "idle"
                    ):
                        return
            if self.process.poll() is not None:
                raise KernelError("the kernel ended before it had begun")
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


def run(notebook, folder, timeout):
    """Run the cells of `notebook` in a new kernel in `folder`, at most `timeout` seconds each; return what `kernel.py` tells of them.

    Raises CellExecutionError, CellTimeoutError or DeadKernelError, with the cell as its attribute `cell`, or KernelError.
    """
    begun = []
    client = NotebookClient(
        notebook,
        kernel_manager_class=ForkedKernelManager if FORKS else KernelManager,
        timeout=timeout,
        startup_timeout=START,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,  # it would stand in the cells' metadata, which are part of the key of jupyter-cache
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
            raise KernelError("the kernel ended before it had begun") from error
        try:
            return json.loads(Path(f"{place}/kernel.json.read").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise KernelError("the kernel ended before its time") from None


def report(error, notebook, path, docname):
    """Say which cell failed, where it stands in its chapter, and why."""
    if not hasattr(error, "cell"):
        logger.warning(
            "its cells could not be run: %s; build again, and if that does not help, tell the editors",
            error,
            location=docname,
        )
        return
    cell = notebook.cells[error.cell]
    start, first = notebook.metadata["source_map"][error.cell], cell.source.splitlines()[0].strip()
    lines = path.read_text(encoding="utf-8").splitlines()[start:]
    line = next((number for number, text in enumerate(lines, start + 1) if text.strip() == first), start)
    if isinstance(error, CellTimeoutError):
        logger.warning(
            "this cell ran longer than the time-out of `_config.yml`; make it faster",
            location=(docname, line),
        )
        return
    trace = re.sub(r"\x1b\[[\d;]*m", "", str(error))
    if places := re.findall(
        rf"Cell In\[{cell.execution_count}\], line (\d+)", trace
    ):  # not of a cell whose function it called
        line += int(places[-1]) - 1
    what = (
        f"{error.ename}: {' '.join(error.evalue.split())}"
        if isinstance(error, CellExecutionError)
        else "the kernel died"
    )
    logger.warning(
        "this cell failed: %s; correct the cell, or the data that it reads\n%s",
        what,
        trace.strip(),
        location=(docname, line),
    )


class Reads:
    """What cells may read: the files of the book, by their names among its inputs (`build.inputs`), and what the machine has of its own."""

    def __init__(self, root, inputs):
        self.root, self.inputs = root, inputs
        self.names = build.digest(
            "\n".join(sorted(inputs)).encode()
        )  # a file that comes or goes may be looked for in any way

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
        own = (
            tempfile.gettempdir() + "/ipykernel_",
            os.environ.get("EDITION_BUILD") or "/dev",
            f"{Path.home()}/.",
            f"{Path.home()}/Library/",
        )
        for file in files:
            if (
                file.startswith((*MACHINE, *own))
                or "__pycache__" in file
                or ".egg-info" in file
                or self.name(file) in self.inputs
            ):
                continue
            if os.path.isfile(file) and not os.path.realpath(file).startswith(MACHINE):
                yield file

    def path(self, name):
        """Return the path of an input."""
        return str(
            build.ENGINE / name.removeprefix("engine: ")
            if name.startswith("engine: ")
            else Path(self.root, name)
        )


class Execution:
    """What runs beside the reading of the chapters: those whose cells must run, each in its kernel, as many at once as there are processors."""

    def __init__(self):
        self.jobs, self.stack = {}, ExitStack()

    def prepare(self, app, config):
        """Have the fork server import what the kernels share while the build itself begins, where all chapters will be read."""
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
        self.kept = cache.Cache(cache.place(app, "cells"))
        self.kept.prune()
        self.reads = Reads(Path(app.srcdir), build.inputs(Path(app.srcdir)))
        self.known, self.ready = {}, {}
        chapters = {docname: chapter for docname in docnames if (chapter := self.chapter(env, docname))}
        outdated = {
            docname: chapter for docname, chapter in chapters.items() if not self.keep(docname, *chapter)
        }
        docnames.sort(key=lambda docname: docname in outdated)
        if outdated:
            if FORKS and not ForkedKernel.forkserver:
                self.stack.enter_context(forked_kernels())
            pool = self.stack.enter_context(ThreadPoolExecutor(processors()))
            for docname, (path, notebook) in outdated.items():
                self.jobs[docname] = (
                    path,
                    notebook,
                    pool.submit(run, notebook, path.parent, config.execution_timeout),
                )

    def chapter(self, env, docname):
        """Return (path, notebook) of a chapter that has cells, or None."""
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = reader and reader.read(text)
        if notebook and any(cell.cell_type == "code" for cell in notebook.cells):
            return path, notebook
        return None

    def key(self, docname, notebook):
        cells = [
            (cell.source, cell.metadata.get("tags", []))
            for cell in notebook.cells
            if cell.cell_type == "code"
        ]  # a tag may skip a cell, or let it fail
        return cache.key(
            docname,
            cells,
            notebook.metadata.get("kernelspec", {}),
            *(self.reads.inputs[f"machine: {what}"] for what in ("python", "packages")),
        )

    def keep(self, docname, path, notebook):
        """Take the outputs from an earlier build where all that was read then is as it was; return whether it is."""
        entry = self.kept.get(self.key(docname, notebook))
        if (
            not entry
            or entry["names"] != self.reads.names
            or any(self.reads.inputs.get(name) != known for name, known in entry["read"].items())
        ):
            return False
        notebook.metadata["language_info"] = nbformat.from_dict(entry["language"])  # as a kernel tells it
        outputs = iter(entry["outputs"])
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [nbformat.from_dict(output) for output in next(outputs)]
        self.known[docname] = list(entry["read"])
        self.ready[docname] = path, notebook
        return True

    def hand(self, path, notebook):
        """Put a notebook where MyST-NB takes the outputs from, which tells chapters by the words of their cells:
        so this is done just before it does."""
        self.handed.cache_notebook_bundle(
            CacheBundleIn(notebook, str(path)), check_validity=False, overwrite=True
        )

    def finish(self, app, docname, source):
        """Before a chapter is read: wait for its outputs, keep them, and have Sphinx note what its cells read."""
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

    def take(self, docname, notebook, told):
        """Keep the outputs of cells that have run, and what they read, unless that was changed meanwhile."""
        strange = list(self.reads.strange(told["files"]))
        for file in strange:
            logger.warning(
                "its cells read %s, which is no part of the book; put it into data/",
                os.path.relpath(file, self.reads.root),
                location=docname,
            )
        for event in told["others"]:
            logger.warning(
                "its cells do what can't be followed (%s); let them read files of the book alone, with Python",
                event,
                location=docname,
            )
        self.known[docname] = read = self.reads.known(told["files"])
        changed = any(
            build.digest(Path(self.reads.path(name)).read_bytes()) != before for name, before in read.items()
        )
        if not (strange or told["others"] or changed):
            outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
            entry = {
                "read": read,
                "names": self.reads.names,
                "language": notebook.metadata["language_info"],
                "outputs": outputs,
            }
            self.kept.put(self.key(docname, notebook), entry)

    def end(self, app, *_):
        self.stack.close()


def setup(app):
    execution = Execution()
    app.connect("config-inited", execution.prepare)
    app.connect("env-before-read-docs", execution.begin)
    app.connect("source-read", execution.finish)
    app.connect("env-updated", execution.end, priority=100)  # before the charts are drawn, which takes memory
    app.connect("build-finished", execution.end)
