"""Keeps the reader's own copy of the commentary on the reader's machine: outside git, whole or not at all."""

import json
import os
import tempfile
from pathlib import Path

from edition.tables import HERE
from edition.witness import CopyError

FILE = HERE.parent / "_copy" / "commentary.json"  # `_copy/` stands in .gitignore


def load(path=None):
    """Return {number: text} of the passages that were imported; empty where there are none."""
    path = path or FILE
    try:
        return {int(number): text for number, text in json.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        raise CopyError(f"{path} is damaged; delete it, and import your copy again") from None


def save(passages, path=None):
    """Write the passages in place of those that are there, at once; what fails leaves them as they were."""
    path, temporary = path or FILE, None
    try:
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".new", delete=False) as file:
            temporary = file.name
            json.dump({str(number): text for number, text in sorted(passages.items())}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise CopyError(f"{path} can't be written ({error.strerror}); what was there is as it was") from None
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def forget(path=None):
    """Delete the copy; return whether there was one."""
    path = path or FILE
    there = path.exists()
    for one in (path, *path.parent.glob("*.new")):
        one.unlink(missing_ok=True)
    if path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()
    return there
