"""What is cited, as items of CSL-JSON: all from CITATION.cff and the chapters' own titles.

The edition's author is the body of its contributors; a citation of a passage names the commentary's author and the edition, as one cites a text
from an annotated edition. The number of the version is the item's `edition`: a style that has no place for `version` prints that.
"""

import datetime
import re
import unicodedata
from pathlib import Path

import yaml

NEEDED = {"title": str, "version": str, "date-released": (str, datetime.date), "license": str, "authors": list, "references": list}


class CitationError(ValueError):
    """CITATION.cff lacks something: one line that says what."""


def read(path):
    """Return CITATION.cff (https://citation-file-format.github.io) as a dict, `references` being the commentary itself, with all that a citation needs."""
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
            raise CitationError(f"{path}: {name} is {cff[name]!r}; write it as the format has it{', in quotes' if kind is str else ''}")
    commentary = cff["references"][0]
    for name in ("title", "authors", "url", "publisher", "date-accessed"):
        if not isinstance(commentary, dict) or not commentary.get(name) or name == "publisher" and not dict(commentary[name]).get("name"):
            raise CitationError(f"{path}: no {name} in the first of the references, the commentary; add it")
    for author in cff["authors"] + commentary["authors"]:
        if not isinstance(author, dict) or not author.get("name") and not (author.get("family-names") and author.get("given-names")):
            raise CitationError(f"{path}: an author has no name, or not both family-names and given-names; add it")
    try:
        cff["date-released"] = datetime.date.fromisoformat(str(cff["date-released"]))
    except ValueError:
        raise CitationError(f"{path}: date-released is {cff['date-released']!r}; write it like 2026-11-23") from None
    return cff | {"references": commentary}


def file_name(cff):
    """Return what the whole book's files are called: its title without the subtitle, like a-short-title."""
    plain = unicodedata.normalize("NFKD", cff["title"].partition(":")[0]).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain.casefold())) or "edition"


def called(author):
    """Return the name of an author as one says it."""
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def names(authors):
    return [{"literal": one["name"]} if "name" in one else {"family": one["family-names"], "given": one["given-names"]} for one in authors]


class Citables:
    """Makes the items of an edition; `site` is its address, ending with a slash, or None where it is not known."""

    def __init__(self, cff, site):
        self.cff, self.site = cff, site
        self.contributors = names(cff["authors"])

    def _item(self, id, kind, title, place, **more):
        day = self.cff["date-released"]
        item = {"id": id, "type": kind, "title": title, "edition": f"Version {self.cff['version']}", "issued": {"date-parts": [[day.year]]}, "language": "en"}
        return item | ({"URL": self.site + place} if self.site else {}) | more

    def edition(self):
        return self._item("edition", "book", self.cff["title"], "", author=self.contributors)

    def commentary(self):
        """The original at its publisher's; the day on which it was published is not known."""
        work = self.cff["references"]
        read = datetime.date.fromisoformat(str(work["date-accessed"]))
        return {"id": "commentary", "type": "webpage", "title": work["title"], "author": names(work["authors"]), "publisher": work["publisher"]["name"], "URL": work["url"], "language": "en",
                "accessed": {"date-parts": [[read.year, read.month, read.day]]}}

    def passages(self):
        """All of them: they differ in their address alone."""
        work = self.cff["references"]
        return self._item("passages", "chapter", work["title"], "", **{"author": names(work["authors"]), "container-title": self.cff["title"], "editor": self.contributors})

    def chapter(self, docname, title, page):
        return self._item(docname, "chapter", title, page, **{"author": self.contributors, "container-title": self.cff["title"]})

    def table(self, name, title, place=""):
        title = f"{title} (table ‘{name}’)"
        more = {"author": self.contributors, "publisher": self.cff["title"]}
        return self._item(f"table-{name}", "dataset", title, place, **more)
