"""The seals of the tables: `bytes` and `hash` of each in the data package, so that any change is meant.

`make data` renews them, if the tables have no fault, and says what has changed, cell by cell, since the last
commit. The build stops at a table that is not the one that was sealed. The two properties are Frictionless
Data's: other programs know them, too.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from edition.tables import checks, description
from edition.tables.description import FILE
from edition.tables.loading import cells_of

SHOWN = 40  # changes of a table, in full
OTHER = "this is not the table that datapackage.json has the hash of"
RENEW = "if the change is meant, run: make data"
AS_SEALED = f"All tables are as {FILE} has them."


def committed(path):
    """Return the text of a file as it was last committed, or None."""
    try:
        command = ["git", "-C", path.parent, "show", f"HEAD:./{path.name}"]
        done = subprocess.run(command, capture_output=True)
    except OSError:
        return None
    return None if done.returncode else done.stdout.decode("utf-8", "replace")


def seal(raw):
    return {"bytes": len(raw), "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}


def broken(folder, last=committed):
    """Yield (file, row or None, message) for each table that is not as it was sealed.

    `last` returns the text of a file as it was before. A package that has no seal at all is not held to any.
    """
    tables, _ = description.described(folder)
    for table in tables.values() if any("hash" in table for table in tables.values()) else ():
        path, file = folder / table["path"], f"data/{table['path']}"
        raw, sealed = path.read_bytes(), {key: table.get(key) for key in ("bytes", "hash")}
        if sealed == seal(raw):
            continue
        row, what = None, OTHER
        before = last(path)
        if not sealed["hash"]:
            what = "the table has no hash in datapackage.json"
        elif b"\r\n" in raw and sealed["hash"] == seal(raw.replace(b"\r\n", b"\n"))["hash"]:
            what = "the lines end in CR LF, as Windows writes them; datapackage.json has the hash with LF"
        elif before is not None and sealed["hash"] == seal(before.encode())["hash"]:
            row, change = next(changes(table, before, raw.decode()), (None, "no cell has changed"))
            what = f"{change}; {what}"
        yield file, row, f"{what}; {RENEW}"


def changes(table, before, now):
    """Yield (row, what has changed) between two texts of a table, cell by cell; what is gone: its old row."""
    (old_columns, old), (columns, new) = (_by_key(table, text) for text in (before, now))
    for word, names in [("gone", old_columns), ("new", columns)]:
        if found := [name for name in names if name not in columns or name not in old_columns]:
            yield 1, f"{word}: column {', '.join(found)}"
    for key, (row_then, cells_then) in old.items():
        if key not in new:
            yield row_then, f"gone: {key}"
            continue
        row, cells_now = new[key]
        for column in columns:
            if column in old_columns and cells_then[column] != cells_now[column]:
                yield row, f"{key}: {column} was {cells_then[column]!r} and is {cells_now[column]!r}"
    for key, (row, _) in new.items():
        if key not in old:
            yield row, f"new: {key}"
    stood, stand = [key for key in old if key in new], [key for key in new if key in old]
    for moved in [key for key, other in zip(stand, stood, strict=True) if key != other][:1]:
        yield new[moved][0], f"{moved} stands at another place"


def _by_key(table, text):
    """Return the columns of a table, and {what its key says: (row, {column: cell})}."""
    header, *lines = text.removesuffix("\n").replace("\r\n", "\n").split("\n")
    columns, rows = cells_of(header) or [], {}
    key = [name for name in description.listed(table["schema"].get("primaryKey", [])) if name in columns]
    for row, line in enumerate(lines, 2):
        values = dict.fromkeys(columns, "") | dict(zip(columns, cells_of(line) or [], strict=False))
        called = ", ".join(values.get(name, "") for name in key) or f"number {row}"
        rows[f"{called} (again)" if called in rows else called] = row, values
    return columns, rows


def renew(folder, last=committed):
    """Seal the tables of a folder, and yield in lines what has changed.

    Raises SystemExit with their faults.
    """
    if faults := list(checks.faults(None, folder)):
        lines = [f"{file}{f':{row}' if row else ''}: {message}" for file, row, message in faults]
        raise SystemExit("\n".join([*lines, "Nothing was sealed."]))
    path = folder / "datapackage.json"
    text = path.read_text(encoding="utf-8")
    package = json.loads(text)
    for number, table in enumerate(package["resources"]):
        place, file = folder / table["path"], f"data/{table['path']}"
        raw = place.read_bytes()
        if b"\r" in raw:
            raw = raw.replace(b"\r\n", b"\n")
            place.write_bytes(raw)
            yield f"{file}: its lines end in LF again"
        if not seal(raw).items() <= table.items():
            yield f"{file}: sealed"
            yield from _told(table, last(place), raw.decode())
            rest = [(key, value) for key, value in table.items() if key not in ("bytes", "hash")]
            behind = 1 + [key for key, _ in rest].index("path")
            package["resources"][number] = dict([*rest[:behind], *seal(raw).items(), *rest[behind:]])
    if json.loads(text) == package:
        yield AS_SEALED
        return
    indent = len(re.match(r"\{\n( *)", text)[1]) if text.startswith("{\n") else 2
    new = json.dumps(package, ensure_ascii=False, indent=indent) + "\n"
    path.write_text(new, encoding="utf-8", newline="\n")


def _told(table, before, now):
    """Yield in lines what has changed in a table, at most SHOWN of them."""
    if before is None:
        yield "  there is no committed version of it (git), so what has changed can't be told"
        return
    told = [f"  row {row}: {what}" for row, what in changes(table, before, now)]
    yield from told[:SHOWN] or ["  no cell has changed since the last commit"]
    if len(told) > SHOWN:
        yield f"  … and {len(told) - SHOWN} more"


if __name__ == "__main__":
    print(*renew(Path(sys.argv[1] if len(sys.argv) > 1 else ".", "data")), sep="\n")
