"""The cells are run here: each chapter in a kernel of its own, once, and again only when something that it read has changed.

MyST-NB takes the outputs from its cache (jupyter-cache), whose own key is the code of the cells. Before a chapter is read, this module
puts the outputs there, with the digest of every file of the project that the kernel opened or imported, and of the pinned versions;
an entry is used again only while all of these are the same.
"""

import asyncio
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import Empty

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

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent


class Zygote:
    """The process that forks the kernels, see `edition/zygote.py`. It ends with this one."""

    def __init__(self):
        script = Path(__file__).with_name("zygote.py")
        self.process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lock = threading.Lock()

    def fork(self, **order):
        with self.lock:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            return Fork(int(self.process.stdout.readline()))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def forked_kernels():
    """While this lasts, kernels can be launched."""
    ForkedKernel.zygote = Zygote()
    try:
        yield
    finally:
        ForkedKernel.zygote.close()


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
        os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


class ForkedKernel(LocalProvisioner):
    """Launches a kernel as a fork of the zygote. Jupyter's client finds it by its entry point, `forked`."""

    async def launch_kernel(self, cmd, **kwargs):
        self.process = self.zygote.fork(arguments=cmd[cmd.index("-f"):], connection=self.parent.connection_file, folder=kwargs["cwd"])
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def shutdown_requested(self, restart=False):
        """Wait some milliseconds for its end, since the manager waits in steps of 0.1 seconds."""
        for _ in range(100):
            if self.process.poll() is None:
                await asyncio.sleep(0.005)


class ForkedKernelClient(AsyncKernelClient):
    """Knows within milliseconds that a kernel is there: a fork is there at once, while Jupyter's own client waits in steps of 0.2 seconds."""

    async def wait_for_ready(self, timeout=60):
        """Ask the kernel until it answers on both channels: from then on nothing that it says is lost."""
        answered = False
        while not answered:
            asked = self.kernel_info()
            await self._recv_reply(asked, timeout=timeout)
            with suppress(Empty):
                while not answered:
                    told = await self.get_iopub_msg(timeout=0.02)
                    answered = told["parent_header"].get("msg_id") == asked and told["content"].get("execution_state") == "idle"


class ForkedKernelManager(AsyncKernelManager):
    """Has the kernel that a notebook names launched so."""

    client_factory = Type(ForkedKernelClient)

    @property
    def kernel_spec(self):
        spec = super().kernel_spec
        spec.metadata = {"kernel_provisioner": {"provisioner_name": "forked"}}
        return spec


def digest(path):
    """Return the SHA-256 of a file, or None where there is none."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return None


def versions():
    """Return what stands for the programs that run the cells: Python's version and the digest of the pins."""
    return f"{sys.version} {digest(ROOT / 'requirements.txt')}"


def own(file, srcdir):
    """Is this a file of the project, not of its environment or of what it builds?"""
    for folder in (ROOT, Path(srcdir)):
        if Path(file).is_relative_to(folder):
            return not {".venv", "_build", "__pycache__"} & set(Path(file).relative_to(folder).parts)
    return False


def run(notebook, folder, timeout):
    """Run the cells of `notebook` in a new kernel in `folder`, at most `timeout` seconds each; return the files that it read.

    Raises CellExecutionError, CellTimeoutError or DeadKernelError, with the cell as its attribute `cell`.
    """
    reached = []
    client = NotebookClient(
        notebook, kernel_manager_class=ForkedKernelManager, timeout=timeout, resources={"metadata": {"path": str(folder)}},
        record_timing=False,  # it would stand in the cells' metadata, which are part of the cache's key
        on_cell_start=lambda cell, cell_index: reached.append(cell_index),
    )
    with tempfile.TemporaryDirectory() as place:
        client.create_kernel_manager().connection_file = f"{place}/kernel.json"
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            error.cell = reached[-1]
            raise
        return json.loads(Path(f"{place}/kernel.json.read").read_text(encoding="utf-8"))


def report(error, notebook, path, docname):
    """Say which cell failed, where it stands in its chapter, and why."""
    cell = notebook.cells[error.cell]
    lines = path.read_text(encoding="utf-8").splitlines()
    line = lines.index(cell.source.splitlines()[0], notebook.metadata["source_map"][error.cell]) + 1
    if isinstance(error, CellTimeoutError):
        logger.warning("this cell ran longer than the time-out of `_config.yml`; make it faster", location=(docname, line))
        return
    trace = re.sub(r"\x1b\[[\d;]*m", "", str(error))
    if places := re.findall(r"Cell In\[\d+\], line (\d+)", trace):
        line += int(places[-1]) - 1
    what = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else "the kernel died"
    logger.warning("this cell failed: %s; correct the cell, or the data that it reads\n%s", what, trace.strip(), location=(docname, line))


class Execution:
    """What runs beside the reading of the chapters: those whose cells must run, each in its kernel, as many at once as there are processors."""

    def __init__(self):
        self.jobs, self.stack = {}, ExitStack()

    def begin(self, app, env, docnames):
        """Start to run the cells of the chapters that are about to be read."""
        config = env.mystnb_config
        if config.execution_mode != "cache":
            return
        self.store = get_cache(config.execution_cache_path)
        env.edition_read = {}
        outdated = [chapter for chapter in (self.chapter(app, env, docname) for docname in docnames) if chapter]
        if outdated:
            self.stack.enter_context(forked_kernels())
            pool = self.stack.enter_context(ThreadPoolExecutor(os.cpu_count()))
            self.jobs = {docname: (path, notebook, pool.submit(run, notebook, path.parent, config.execution_timeout)) for docname, path, notebook in outdated}

    def chapter(self, app, env, docname):
        """Return (docname, path, notebook) of a chapter whose cells must run, or None."""
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = reader and reader.read(text)
        if not notebook or not any(cell.cell_type == "code" for cell in notebook.cells):
            return None
        try:
            data = self.store.match_cache_notebook(notebook).data
        except KeyError:
            return docname, path, notebook
        if data.get("versions") != versions() or any(digest(file) != found for file, found in data["read"].items()):
            return docname, path, notebook
        env.edition_read[docname] = list(data["read"])
        return None

    def finish(self, app, docname, source):
        """Before a chapter is read: wait for its outputs, put them into the cache, and have Sphinx note what its cells read."""
        if docname in self.jobs:
            path, notebook, job = self.jobs.pop(docname)
            if job.exception():
                self.stop(app, docname, path, notebook, job)
            files = [file for file in job.result() if own(file, app.srcdir) and Path(file).is_file()]  # some were only looked for
            data = {"versions": versions(), "read": {file: digest(file) for file in files}}
            self.store.cache_notebook_bundle(CacheBundleIn(notebook, str(path), data=data), check_validity=False, overwrite=True)
            app.env.edition_read[docname] = files
        for file in getattr(app.env, "edition_read", {}).get(docname, []):
            app.env.note_dependency(file)

    def stop(self, app, *failed):
        """Report every chapter whose cells failed, and end the build: what it would show is not true."""
        for docname, path, notebook, job in [failed, *((docname, *job) for docname, job in self.jobs.items())]:
            if error := job.exception():
                if not hasattr(error, "cell"):
                    raise error
                report(error, notebook, path, docname)
        self.end(app)
        raise SystemExit("Nothing was built: correct the cells first.")

    def end(self, app, *_):
        self.stack.close()


def setup(app):
    execution = Execution()
    app.connect("env-before-read-docs", execution.begin)
    app.connect("source-read", execution.finish)
    app.connect("env-updated", execution.end, priority=100)  # before the charts are drawn, which takes memory
