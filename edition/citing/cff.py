"""CITATION.cff: what the edition says of itself, and of the commentary.

Its format: https://citation-file-format.github.io
"""

import datetime
import re
import unicodedata
from pathlib import Path

import yaml

NEEDED = {
    "title": str,
    "version": str,
    "date-released": (str, datetime.date),
    "license": str,
    "license-url": str,
    "authors": list,
    "references": list,
}


class CitationError(ValueError):
    """CITATION.cff lacks something: one line that says what."""


def read(path):
    """Return CITATION.cff as a dict with all that a citation needs, `references` being the commentary itself.

    Raises CitationError.
    """
    try:
        cff = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CitationError(f"{path}: there is no such file; restore it") from None
    except yaml.YAMLError as error:
        raise CitationError(f"{path}: {' '.join(str(error).split())}; correct it") from None
    for name, kind in NEEDED.items():
        if not isinstance(cff, dict) or not cff.get(name):
            raise CitationError(f"{path}: no {name}; add it")
        if not isinstance(cff[name], kind):
            quotes = ", in quotes" if kind is str else ""
            raise CitationError(f"{path}: {name} is {cff[name]!r}; write it as the format has it{quotes}")
    commentary = cff["references"][0]
    for name in ("title", "authors", "url", "publisher", "date-accessed"):
        value = commentary.get(name) if isinstance(commentary, dict) else None
        if not value or name == "publisher" and not dict(value).get("name"):
            raise CitationError(f"{path}: no {name} in the first of the references, the commentary; add it")
    for author in cff["authors"] + commentary["authors"]:
        parts = author if isinstance(author, dict) else {}
        if not parts.get("name") and not (parts.get("family-names") and parts.get("given-names")):
            what = "an author has no name, or not both family-names and given-names"
            raise CitationError(f"{path}: {what}; add it")
    day = cff["date-released"]
    try:
        released = datetime.date.fromisoformat(str(day))
    except ValueError:
        raise CitationError(f"{path}: date-released is {day!r}; write it like 2026-11-23") from None
    return cff | {"date-released": released, "references": commentary}


def file_name(cff):
    """Return what the whole book's files are called: its title without the subtitle, like a-short-title."""
    plain = unicodedata.normalize("NFKD", cff["title"].partition(":")[0]).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain.casefold())) or "edition"


def moment(cff):
    """Return the time of the version, which what is made of it bears: seconds since 1970."""
    return int(datetime.datetime.combine(cff["date-released"], datetime.time(), datetime.UTC).timestamp())


def called(author):
    """Return the name of an author as one says it."""
    return author.get("name") or f"{author['given-names']} {author['family-names']}"
