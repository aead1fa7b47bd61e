"""`make citations`: formats all that can be cited of a book into its citations.json.

By pandoc's citation processor with the official styles (csl/), which neither the build nor a reader needs.
"""

import json
import subprocess
import sys
from pathlib import Path

import pypandoc

from edition import build
from edition.citing.items import located, pinpoints
from edition.citing.styles import FILE, SCRIPT, STYLES, formatter, path


class FormattingError(Exception):
    """Why the citations were not formatted, in one line."""


def pandoc(items):
    """Return of each item {"entries": {style: HTML}, "references": {style: {kind: text}}, "bibtex": text}.

    Raises FormattingError.
    """
    styles = [{"name": name, "path": str(path(name)), "lang": lang} for name, (_, lang) in STYLES.items()]
    order = {"styles": styles, "items": [{"item": item, "pinpoints": pinpoints(item)} for item in items]}
    command = [pypandoc.get_pandoc_path(), "lua", SCRIPT]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, encoding="utf-8")
    if done.returncode:
        why = " ".join(done.stderr.split())
        raise FormattingError(f"pandoc could not format the citations: {why}; mend {SCRIPT} or its styles")
    return json.loads(done.stdout)


def formatted(items):
    """Return what the build reads of these items, by their ids. Raises FormattingError.

    {"item": the item, "references": {style: {kind of pinpoint: text, with "{number}" for its number}},
    "with_address" and "without_address": {"entries": {style: HTML}, "bibtex": text, but not of a chapter}}
    """
    made = pandoc([*items, *(located(item, None) for item in items)])
    half = len(items)
    by_id = {}
    for item, addressed, bare in zip(items, made[:half], made[half:], strict=True):
        keys = ["entries"] if item["type"] == "chapter" else ["entries", "bibtex"]
        record = by_id[item["id"]] = {"item": item, "references": addressed["references"]}
        record["with_address"] = {key: addressed[key] for key in keys}
        record["without_address"] = {key: bare[key] for key in keys}
    return by_id


def dump(items):
    """Return the text of a citations.json of these items, the same each time. Raises FormattingError."""
    whole = {"formatter": formatter(), "formatted": formatted(items)}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(folder):
    """Write the citations.json of the book in a folder; return what was done.

    Raises FormattingError, or SystemExit with the faults of the book.
    """
    content, file = dump(build.citable(build.book(folder))).encode(), Path(folder, FILE)
    if file.is_file() and file.read_bytes() == content:
        return f"{file} is as it was."
    new = Path(folder, "_build", FILE)
    new.write_bytes(content)
    new.replace(file)
    return f"{file} is written anew; commit it."


def main(*folders):
    try:
        for folder in folders or ["."]:
            print(write(folder), flush=True)
    except KeyboardInterrupt:
        sys.exit(f"Interrupted; {FILE} is as it was before.")
    except (FormattingError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
