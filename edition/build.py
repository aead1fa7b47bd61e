"""Builds the book of a folder: `python -P edition/build.py [FOLDER]`, which is what `make book` does.

What is shown is what a clean build shows. The book is built by jupyter-book into `_build/next`, and takes the
place of the last one at once, when it is whole and nothing that it was made from has changed meanwhile. What
an interrupted or failed build has left is thrown away. The last whole build is begun from where only known
chapters, or rows of known tables, have other words; else all is read anew. What takes long (cells, drawings)
is kept by what it was made from, in `_build/cache`.

Run as a script it imports no other module of the edition: when nothing has changed it is done in the time
that Python takes to start.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ENGINE = Path(__file__).resolve().parent
KEPT = ("html", ".doctrees", "jupyter_execute")  # of a build: the pages, and what the next one can begin from
# made from the pages by other commands: not of another book's pages
LATER = ("*.pdf", "*.zip", "*.docx", "pictures")
# what the pages are told of where they will stand
ORIGIN = ("BOOK_ADDRESS", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL")
# the variables that a build sees besides: none changes a page, and none else reaches a cell
MACHINE = re.compile(r"PATH|HOME|VIRTUAL_ENV|LD_.*|DYLD_.*|OPENBLAS_.*")
FIXED = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "MALLOC_ARENA_MAX": "1",  # the threads only wait: none needs memory of its own
}
# Most of what a build makes stays until its end: to look for garbage as often as Python does by itself
# takes a sixth of its time.
BUILDER = "import gc; gc.set_threshold(50_000, 20, 20); from jupyter_book.cli.main import main; main()"
FAULT = re.compile(r"^(?:(?P<place>[^\s:].*?): )?(?:WARNING|ERROR|CRITICAL|SEVERE): (?P<message>.*)$")
KIND = re.compile(r" \[[\w-]+(\.[\w-]+)?\]$")  # by which Sphinx would have a warning suppressed
BIBTEX = re.compile(r"\(exception: syntax error in line (\d+): (.*)\)$")
# what to do about the faults that Sphinx and MyST tell
REMEDIES = {
    "unknown document": "name a chapter by its file, without .md",
    "undefined label": "correct it, or name the part: (name)= on the line above",
    "cross-reference target not found": "correct the address",
    "Unknown interpreted text role": "correct its name",
    "Unknown directive type": "correct its name",
    "Has content, but none permitted": "delete what stands in it, or behind its name",
    "found in glue data": "give it in a cell of this chapter: glue(name=value)",
    "stderr was found": "mend what the cell complains of",
    "image file not readable": "add the file, or correct its name",
    "toctree contains reference to nonexisting document": "add the chapter, or delete it from _toc.yml",
}
SEALS = re.compile(rb'^ *"(?:bytes|hash)": .*\n', re.M)  # of the tables, a line each
EXCEPTION = re.compile(r"^(?!RuntimeError)(?:\w+\.)*\w*(?:Error|Exception|Interrupt)\b.*")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def content(path: Path) -> bytes:
    """Return what a page or a cell can have of a file: of a description of tables all but their seals."""
    raw = path.read_bytes()
    return SEALS.sub(b"", raw) if path.name == "datapackage.json" else raw


def files(folder: Path, apart: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the files of a folder in order.

    Without what is hidden, what Python leaves behind, and the folders and patterns `apart`.
    """
    for path in sorted(folder.iterdir()):
        if any(map(path.match, (".*", "__pycache__", "*.egg-info", *apart))):
            continue
        if path.is_dir():
            yield from files(path, apart)
        elif path.is_file():
            yield path


def git(root: Path, *words: str) -> str:
    """Return what git says of the repository whose top is `root`.

    That is nothing of one in which the folder only lies, or without git.
    """
    try:
        top, answer = (
            subprocess.run(["git", "-C", root, *command], capture_output=True, text=True).stdout.strip()
            for command in (["rev-parse", "--show-toplevel"], words)
        )
    except FileNotFoundError:
        return ""
    return answer if top and Path(top).resolve() == root.resolve() else ""


def inputs(root: Path) -> dict[str, str]:
    """Return all that can change a page.

    {path below `root`: digest} of the files, and by other names the seals of the tables (a table that is
    sealed anew is itself another, so no page depends on its seal) and what the machine adds. Of the project's
    folders only `tests` and `_build` are no part of the book.
    """
    digests = {}
    for name, folder in [("", root), ("engine: ", ENGINE)]:
        if name and folder.is_relative_to(root):
            continue
        for path in files(folder, ("tests", "_build")):
            digests[name + path.relative_to(folder).as_posix()] = digest(content(path))
            if path.name == "datapackage.json":
                digests["data/seals"] = digest(b"".join(SEALS.findall(path.read_bytes())))
    installed = Path(sysconfig.get_path("purelib"))
    packages = sorted(path.name for path in installed.iterdir() if path.suffix == ".dist-info")
    origin = [*(os.environ.get(name) for name in ORIGIN), git(root, "remote", "get-url", "origin")]
    if any(origin):  # else no page names the commit
        origin += [git(root, "rev-parse", "HEAD"), git(root, "tag", "--points-at", "HEAD")]
    for name, value in [("python", sys.version), ("packages", packages), ("origin", origin)]:
        digests[f"machine: {name}"] = digest(repr(value).encode())
    return digests


def outputs(html: Path) -> dict[str, str]:
    """Return {path: digest} of a built book, without what other commands add."""
    pages = files(html, LATER) if html.is_dir() else ()
    return {path.relative_to(html).as_posix(): digest(path.read_bytes()) for path in pages}


def different(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return the names that have another digest than before, or are in one of the two alone."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def outdated(before: dict[str, str], now: dict[str, str]) -> list[str] | None:
    """Return the files that have changed, where the last build can be gone on from.

    None where all must be read anew.
    """
    changed = different(before, now)
    words = re.compile(r"(index|chapters/[^:]+)\.md|data/([^/:]+\.csv|seals)")
    goes_on = all(name in before and name in now and words.fullmatch(name) for name in changed)
    return changed if goes_on else None


class State:
    """What the last whole build was made from, and what it made: `_build/book.json`."""

    def __init__(self, build: Path):
        self.path = build / "book.json"

    def read(self) -> dict:
        try:
            state = json.loads(self.path.read_bytes())
            return state if state["outputs"] == outputs(self.path.parent / "html") else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def write(self, inputs: dict[str, str]) -> None:
        state = {"inputs": inputs, "outputs": outputs(self.path.parent / "html")}
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(state, indent=0), encoding="utf-8")
        new.replace(self.path)


@contextmanager
def alone(build: Path) -> Iterator[int]:
    """Wait until nobody else builds here.

    Gives the lock's file, which a child must keep open as long as it writes.
    """
    build.mkdir(exist_ok=True)
    with open(build / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build is under way here; waiting for its end …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def discard(build: Path) -> None:
    """Delete all that was built, but not the cache, which holds nothing of a reader's own copy."""
    for path in build.iterdir():
        if path.name not in ("cache", "lock"):
            remove(path)


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def unreadable(root: Path) -> Iterator[str]:
    """Yield the faults of files that nothing could be made of."""
    import yaml  # only here: when nothing has changed, nothing is imported

    for path in files(root, ("tests", "_build")):
        if path.suffix in (".md", ".yml", ".cff", ".bib"):
            name = path.relative_to(root)
            try:
                text = path.read_bytes().decode()
                if path.suffix in (".yml", ".cff"):
                    yaml.safe_load(text)
            except UnicodeDecodeError as error:
                yield f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8"
            except yaml.YAMLError as error:
                mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", error)
                yield f"{name}:{mark.line + 1 if mark else 1}: {problem}; correct it there or above"


def begin(build: Path, goes_on: bool) -> Path:
    """Return the empty folder in which the next book is built, or one with a copy of the last."""
    parts = build / "next" / "_build"
    remove(build / "next")
    parts.mkdir(parents=True)
    (build / "next" / "tmp").mkdir()
    for name in KEPT if goes_on else ():
        if (build / name).is_dir():
            shutil.copytree(build / name, parts / name, ignore=shutil.ignore_patterns(*LATER))
    return parts


def end_with_parent() -> None:
    """Have the kernel end this process when its parent ends.

    On Linux alone; elsewhere the lock keeps others waiting until it has ended.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def run(root: Path, lock: int, changed: list[str] | None, **more: str) -> int:
    """Have jupyter-book build into `_build/next`, with `more` variables; return its exit status.

    What it does it says in `_build/build.log`, its faults in `faults.log`.
    """
    build = root / "_build"
    inherited = [name for name in os.environ if MACHINE.fullmatch(name) or name in ORIGIN]
    environment = {name: os.environ[name] for name in inherited} | {
        **FIXED,
        "PYTHONPATH": str(ENGINE.parent),
        "EDITION_CHANGED": "\n".join(changed or []),
        "EDITION_BUILD": str(build),
        "IPYTHONDIR": str(build / "next" / "ipython"),
        "TMPDIR": str(build / "next" / "tmp"),
        **more,
    }
    options = ["-W", "--keep-going", "--path-output", str(build / "next")]
    command = [sys.executable, "-P", "-c", BUILDER, "build", str(root), *options]
    with open(build / "build.log", "wb") as log, open(build / "faults.log", "wb") as faults:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=faults,
            pass_fds=[lock],
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        try:
            return process.wait()
        except BaseException:
            with suppress(ProcessLookupError):  # it has just ended
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


def lines(log: Path) -> list[str]:
    return re.sub(r"\x1b\[[\d;]*m", "", log.read_text(encoding="utf-8", errors="replace")).splitlines()


def told(build: Path) -> list[str]:
    """Return the faults that a build told, each in one line and once."""
    faults = {}
    for line in lines(build / "faults.log"):
        if match := BIBTEX.search(line):
            faults[f"references.bib:{match[1]}: {match[2]}; correct the entry there or above"] = None
        if match := FAULT.match(line):
            place = (match["place"] or "").removeprefix(f"{build.parent}/")
            message = KIND.sub("", match["message"]).rstrip(".")
            remedy = next((remedy for words, remedy in REMEDIES.items() if words in message), None)
            faults[": ".join(filter(None, [place, "; ".join(filter(None, [message, remedy]))]))] = None
    return list(faults)


def broken(build: Path) -> str:
    """Return the words in which a build ended that told no fault: the last exception's own."""
    log = [line.strip() for line in lines(build / "faults.log")]
    exceptions = [line for line in log if EXCEPTION.match(line)]
    return exceptions[-1] if exceptions else next(filter(None, reversed(log)), "it said nothing")


def make(root: Path) -> str:
    """Build the book where that is needed; return what was done. Raises SystemExit with the faults."""
    build, state = root / "_build", State(root / "_build")
    with alone(build) as lock:
        for tries_left in (2, 1, 0):
            last, now = state.read(), inputs(root)
            if last.get("inputs") == now:
                remove(build / "next")
                return "Nothing has changed."
            changed = outdated(last["inputs"], now) if last else None
            print("Building the book …", flush=True)
            if faults := list(unreadable(root)):
                raise SystemExit(refusal(faults))
            began = time.monotonic()
            parts = begin(build, changed is not None)
            status = run(root, lock, changed)
            if status and changed is not None and tries_left and not told(build):
                remove(state.path)  # something of the last build may be damaged
                continue
            if status:
                remove(build / "next")
                raise SystemExit(failure(build))
            if saved := different(now, inputs(root)):
                if not tries_left:
                    remove(build / "next")
                    raise SystemExit(
                        f"{', '.join(saved)}: changed during each of three builds; "
                        "keep what a program writes meanwhile in _build. The book is as it was before."
                    )
                print(f"Saved meanwhile: {', '.join(saved)}; once more.", flush=True)
                continue
            remove(parts / "html" / ".buildinfo")  # by which Sphinx would know where this was built
            replace(build, parts)
            state.write(now)
            remove(build / "next")
            log = lines(build / "build.log")
            notes = [line.removeprefix("note: ") for line in log if line.startswith("note: ")]
            return "\n".join([*notes, f"Built in {time.monotonic() - began:.0f} seconds."])


def refusal(faults: list[str]) -> str:
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return "\n".join([*faults, f"{count}. Nothing was built; the book is as it was before."])


def failure(build: Path) -> str:
    if faults := told(build):
        return refusal(faults)
    return (
        f"The build broke off: {broken(build)}\n"
        "All that it said is in _build/faults.log. The book is as it was before."
    )


def citable(root: Path) -> list[dict]:
    """Have the chapters read, and return what of the book can be cited, as items of CSL-JSON.

    Raises SystemExit with the faults.
    """
    build = root / "_build"
    listed = build / "next" / "citable.json"
    with alone(build) as lock:
        if faults := list(unreadable(root)):
            raise SystemExit(refusal(faults))
        print("Reading the book …", flush=True)
        begin(build, False)
        try:
            if run(root, lock, None, EDITION_CITABLE=str(listed)):
                raise SystemExit(failure(build))
            return json.loads(listed.read_bytes())
        finally:
            remove(build / "next")


def replace(build: Path, parts: Path) -> None:
    """Put the new book in the place of the last one; whoever stops this finds no state, and begins anew."""
    (build / "book.json").unlink(missing_ok=True)
    for name in KEPT:
        if (build / name).exists():
            (build / name).rename(build / "next" / f"old {name}")
        if (parts / name).exists():
            (parts / name).rename(build / name)


def book(folder: str) -> Path:
    """Return the path of a book's folder. Raises SystemExit where it is none."""
    root = Path(folder).resolve()
    if not (root / "_config.yml").is_file():
        raise SystemExit(f"{folder} is no book: it has no _config.yml; name the folder that has one")
    return root


def main(folder: str = ".") -> None:
    root = book(folder)
    try:
        print(make(root))
    except KeyboardInterrupt:
        sys.exit("Interrupted; the book is as it was before.")
    except OSError as error:
        sys.exit(f"The book can't be built: {error}; mend that, and build again")


if __name__ == "__main__":
    main(*sys.argv[1:2])
