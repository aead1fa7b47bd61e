"""A process that has imported what every cell imports, and forks a kernel on request.

Starting a kernel and importing pandas and Altair takes seconds; a fork of a process that has done so takes milliseconds. The fork is
IPython's own kernel, and it shares nothing with the other kernels: this process runs no cell itself.

Run as a script. Reads a line of JSON a kernel from standard input ({"arguments": those of its command line, "connection": its connection
file, "folder": its working directory}), answers with the kernel's process id, and ends with its input. A kernel that was shut down
leaves beside its connection file, with `.read` added to its name, a JSON list of the files that it opened or imported.
"""

import gc
import json
import os
import signal
import sys
from pathlib import Path

sys.path.pop(0)  # the folder of this script: its modules are none of the cells' own

import altair  # noqa: E402, F401
import pandas  # noqa: E402, F401
from ipykernel.kernelapp import IPKernelApp  # noqa: E402


def run(arguments, connection, folder):
    os.setsid()  # a process group of its own: a signal reaches what the cells start, too
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.chdir(folder)
    opened = set()
    sys.addaudithook(lambda event, args: event == "open" and isinstance(args[0], str) and opened.add(os.path.abspath(args[0])))
    IPKernelApp.launch_instance(argv=arguments)
    opened.update(module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None))
    Path(f"{connection}.read").write_text(json.dumps(sorted(opened)), encoding="utf-8")


def main():
    gc.freeze()  # what is here stays shared: no kernel's garbage collector writes to it
    running = set()

    def clear_away(*_):
        for pid in list(running):
            if os.waitpid(pid, os.WNOHANG)[0]:
                running.discard(pid)

    signal.signal(signal.SIGCHLD, clear_away)
    for line in sys.stdin:
        order = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if (pid := os.fork()) == 0:
            try:
                run(**order)
            finally:
                os._exit(0)
        running.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        print(pid, flush=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for pid in running:  # the build has ended without them
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
