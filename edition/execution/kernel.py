"""IPython's kernel, which notes what its cells read.

`python kernel.py -f CONNECTION` runs one; on Linux `forkserver.py` forks it instead. A kernel that was shut
down leaves beside its connection file, with `.read` added to its name, what it did, as JSON: {"files": those
that it opened, or looked for in vain, and those that it imported; "others": the audit events of what can't be
followed}.
"""

import json
import os
import sys
from pathlib import Path

OTHERS = set("subprocess.Popen os.system os.fork os.posix_spawn os.forkpty socket.connect pty.spawn".split())


def run(arguments, connection):
    """Run a kernel to its end; `arguments` are those of its command line."""
    # importing a debugger, which nobody asks for, takes half of a kernel's start
    sys.modules["debugpy"] = None
    from ipykernel.kernelapp import IPKernelApp

    files, others = set(), set()

    def note(event, values):
        if event in ("open", "sqlite3.connect") and isinstance(values[0], (str, bytes, os.PathLike)):
            files.add(os.path.abspath(os.fsdecode(values[0])))
        elif event in OTHERS and of_a_cell(sys._getframe()):
            others.add(event)

    sys.addaudithook(note)
    IPKernelApp.launch_instance(argv=arguments)
    read = {"files": sorted(files | imported()), "others": sorted(others)}
    Path(f"{connection}.read").write_text(json.dumps(read), encoding="utf-8")


def of_a_cell(frame):
    """Is this frame, or one that called it, code of a cell?

    The kernel's own start asks the machine this and that.
    """
    while frame and "ipykernel_" not in frame.f_code.co_filename:
        frame = frame.f_back
    return frame is not None


def imported():
    return {module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)}


if __name__ == "__main__":
    sys.path[0] = ""  # the cells' own folder, not that of this script
    run(sys.argv[1:], sys.argv[sys.argv.index("-f") + 1])
