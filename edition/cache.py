"""Keeps what takes long to make.

Values that JSON knows, each in a file named by the digest of all that it was made from.
"""

import hashlib
import json
import os
from pathlib import Path

LIMIT = 200  # files of one kind: several states of a book


def key(*parts):
    """Return the name under which a value is kept that was made from these parts.

    A part is bytes, or a value that JSON knows.
    """
    whole = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        whole.update(b"%d " % len(content) + content)
    return whole.hexdigest()


def place(app, kind):
    """Return the folder for values of one kind: beside what is built, so that it outlives a build."""
    return Path(os.environ.get("EDITION_BUILD") or Path(app.outdir).parent, "cache", kind)


class Cache:
    """Values in a folder. One is written whole or not at all; what can't be read counts as not there."""

    def __init__(self, folder):
        self.folder = folder

    def get(self, name):
        path = self.folder / f"{name}.json"
        try:
            value = json.loads(path.read_bytes())
            os.utime(path)  # it was of use
            return value
        except (OSError, ValueError):
            return None

    def put(self, name, value):
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.folder / f"{name}.{os.getpid()}"
        new.write_text(json.dumps(value), encoding="utf-8")
        new.replace(self.folder / f"{name}.json")

    def prune(self):
        """Delete what was of no use for longest, and what an interrupted build left."""
        files = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        unfinished = [path for path in self.folder.glob("*.*") if path.suffix != ".json"]
        for path in files[LIMIT:] + unfinished:
            path.unlink(missing_ok=True)
