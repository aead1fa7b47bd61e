"""What is cited, as items of CSL-JSON: all from CITATION.cff and the chapters' own titles.

The edition's author is the body of its contributors; a citation of a passage names the commentary's author
and the edition, as one cites a text from an annotated edition. The number of the version is the item's
`edition`: a style that has no place for `version` prints that.

Where the edition is published is known to a build alone: until then an address stands for those of its parts.
"""

import datetime

ADDRESS = "https://address.invalid/"  # no host will ever have this name (RFC 2606)


def names(authors):
    return [name(author) for author in authors]


def name(author):
    if "name" in author:
        return {"literal": author["name"]}
    return {"family": author["family-names"], "given": author["given-names"]}


def located(item, address):
    """Return an item with the address of what it is of, or without one (None). The commentary has its own."""
    fields = {field: address if value == ADDRESS else value for field, value in item.items()}
    return {field: value for field, value in fields.items() if value is not None}


def pinpoints(item):
    """Return by what is cited what is within an item; "" is the whole."""
    if item["id"] == "passages":
        return ["passage"]
    return ["", "note", "figure"] if item["type"] in ("book", "chapter") else [""]


class Citables:
    """Makes the items of an edition."""

    def __init__(self, cff):
        self.cff = cff
        self.contributors = names(cff["authors"])

    def _item(self, id, kind, title, **more):
        day, version = self.cff["date-released"], f"Version {self.cff['version']}"
        item = {"id": id, "type": kind, "title": title, "edition": version}
        return item | {"issued": {"date-parts": [[day.year]]}, "language": "en", "URL": ADDRESS} | more

    def edition(self):
        return self._item("edition", "book", self.cff["title"], author=self.contributors)

    def commentary(self):
        """The original at its publisher's; the day on which it was published is not known."""
        work = self.cff["references"]
        read = datetime.date.fromisoformat(str(work["date-accessed"]))
        return {
            "id": "commentary",
            "type": "webpage",
            "title": work["title"],
            "author": names(work["authors"]),
            "publisher": work["publisher"]["name"],
            "URL": work["url"],
            "language": "en",
            "accessed": {"date-parts": [[read.year, read.month, read.day]]},
        }

    def passages(self):
        """All of them: they differ in their address alone."""
        work = self.cff["references"]
        book = {"container-title": self.cff["title"], "editor": self.contributors}
        return self._item("passages", "chapter", work["title"], author=names(work["authors"]), **book)

    def chapter(self, docname, title):
        more = {"author": self.contributors, "container-title": self.cff["title"]}
        return self._item(docname, "chapter", title, **more)

    def table(self, name, title):
        more = {"author": self.contributors, "publisher": self.cff["title"]}
        return self._item(f"table-{name}", "dataset", f"{title} (table ‘{name}’)", **more)
