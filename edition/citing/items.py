"""What is cited, as items of CSL-JSON: all from CITATION.cff and the chapters' own titles.

The edition's author is the body of its contributors; a citation of a passage names the commentary's author and the edition, as one cites a text
from an annotated edition. The number of the version is the item's `edition`: a style that has no place for `version` prints that.
"""

import datetime


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
