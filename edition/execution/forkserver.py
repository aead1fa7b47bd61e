"""A process that has imported what every kernel and cell imports, and forks a kernel on request.

On Linux alone: elsewhere libraries don't survive a fork. Starting a kernel and importing pandas and Altair
takes seconds; a fork of a process that has done so takes milliseconds. The fork is IPython's own kernel, and
it shares nothing with the other kernels: this process runs no cell itself.

Run as a script. Reads a line of JSON a kernel from standard input ({"arguments": those of its command line,
"connection": its connection file, "folder": its working directory}), answers with the kernel's process id,
and ends with its input. No kernel outlives it.
"""

import gc
import json
import os
import signal
import sys
from contextlib import suppress

folder_of_this_script = sys.path.pop(0)  # its modules are none of the cells' own

import altair  # noqa: E402, F401
import ipykernel.kernelapp  # noqa: E402, F401
import pandas  # noqa: E402, F401

sys.path[:0] = [folder_of_this_script, os.path.dirname(folder_of_this_script)]
import build  # noqa: E402
import kernel  # noqa: E402

sys.path[:2] = [""]  # as a kernel has it
del sys.modules["build"], sys.modules["kernel"]


def run(arguments, connection, folder):
    build.end_with_parent()
    os.setsid()  # a process group of its own: a signal reaches what the cells start, too
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.chdir(folder)
    kernel.run(arguments, connection)


def main():
    build.end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides when it ends
    gc.freeze()  # what is here stays shared: no kernel's garbage collector writes to it
    running = set()

    def clear_away(*_):  # may be called again before it has ended: no process is waited for twice
        with suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                running.discard(pid)

    signal.signal(signal.SIGCHLD, clear_away)
    try:
        for line in sys.stdin:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
            if (pid := os.fork()) == 0:
                try:
                    run(**json.loads(line))
                except Exception:
                    sys.excepthook(*sys.exc_info())  # why a kernel has not begun stands with the faults
                finally:
                    os._exit(0)
            running.add(pid)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            print(pid, flush=True)
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        for pid in running:  # the build has ended without them
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
