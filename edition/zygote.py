"""A process that has imported what every cell imports, and forks a kernel on request.

Starting a kernel and importing pandas and Altair takes seconds; a fork of a process that has done so takes milliseconds. The fork is
IPython's own kernel, and it shares nothing with the other kernels: this process runs no cell itself.

Run as a script. Reads a line of JSON a kernel from standard input ({"connection": its connection file, "folder": its working
directory}), answers with the kernel's process id, and ends with its input. A kernel that was shut down leaves beside its connection
file, with `.read` added to its name, a JSON list of the files that it opened or imported.
"""

import json
import os
import signal
import sys
from pathlib import Path

import altair  # noqa: F401
import pandas  # noqa: F401
from ipykernel.kernelapp import IPKernelApp


def run(connection, folder):
    os.setsid()  # a process group of its own: a signal reaches what the cells start, too
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ["JPY_PARENT_PID"] = str(os.getppid())  # the kernel ends when this process does
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.chdir(folder)
    opened = set()
    sys.addaudithook(lambda event, args: event == "open" and isinstance(args[0], str) and opened.add(os.path.abspath(args[0])))
    IPKernelApp.launch_instance(argv=["-f", connection])
    opened.update(module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None))
    Path(f"{connection}.read").write_text(json.dumps(sorted(opened)), encoding="utf-8")


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels: the system clears them away
    for line in sys.stdin:
        order = json.loads(line)
        if (pid := os.fork()) == 0:
            try:
                run(**order)
            finally:
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
