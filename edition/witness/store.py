"""Keeps the reader's own copy of the commentary on the reader's machine: outside git, whole or not at all."""

import json
import os
import tempfile
from contextlib import suppress

from edition.build import ENGINE
from edition.witness.readers import CopyError

FILE = ENGINE.parent / "_copy" / "commentary.json"  # `_copy/` stands in .gitignore


def load(path=None):
    """Return {number: text} of the passages that were imported; empty where there are none."""
    path = path or FILE
    _refuse_other(path)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        passages = {int(number): text for number, text in stored.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CopyError(f"{path} can't be read ({error.strerror}); look whether you may open it") from None
    except (ValueError, AttributeError, RecursionError):
        passages = None
    if passages is None or not all(isinstance(text, str) for text in passages.values()):
        raise CopyError(
            f"{path} is damaged; delete it (.venv/bin/python -m edition forget), and import your copy anew"
        )
    return passages


def save(passages, path=None):
    """Write the passages in place of those that are there, at once; what fails leaves them as they were."""
    path, temporary = path or FILE, None
    try:
        path.parent.mkdir(exist_ok=True)
        new = {"mode": "w", "encoding": "utf-8", "dir": path.parent, "suffix": ".new", "delete": False}
        with tempfile.NamedTemporaryFile(**new) as file:
            temporary = file.name
            json.dump(dict(sorted(passages.items())), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise CopyError(f"{path} can't be written ({error.strerror}); what was there is as it was") from None
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def unfinished(path=None):
    """Return what an import left that was killed: it holds the words as well."""
    return sorted((path or FILE).parent.glob("*.new"))


def forget(path=None):
    """Delete the copy, and what is left of imports; return whether there was anything."""
    path = path or FILE
    _refuse_other(path)
    copies = [copy for copy in (path, *unfinished(path)) if os.path.lexists(copy)]
    for copy in copies:
        try:
            copy.unlink()
        except OSError as error:
            raise CopyError(f"{copy} can't be deleted ({error.strerror}); delete it yourself") from None
    with suppress(OSError):  # it may hold what is not ours
        path.parent.rmdir()
    return bool(copies)


def _refuse_other(path):
    """Refuse what is not the edition's: a file in place of its folder, or anything but a file in that."""
    folder = path.parent
    try:
        if os.path.lexists(folder) and not folder.is_dir():
            raise CopyError(f"{folder} is no folder, so it holds no copy; look what it is, and delete it")
        if path.exists() and not path.is_file():
            raise CopyError(f"{path} is no file, so it holds no copy; look what it is, and delete it")
    except OSError as error:
        raise CopyError(f"{folder} can't be read ({error.strerror}); look whether you may open it") from None
