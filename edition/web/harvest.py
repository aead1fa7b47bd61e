"""What the pages of the book hold: gathered from each as it is about to be written, and kept of those that are not written anew."""

import json
from pathlib import Path


class Harvest:
    """`gather` yields what a page (its resolved doctree) holds, in values that JSON knows; `name` is the file that keeps it between builds."""

    def __init__(self, name, gather):
        self.name, self.gather = name, gather

    def connect(self, app):
        app.connect("builder-inited", self.begin)
        app.connect(
            "doctree-resolved", self.collect, priority=400
        )  # before a passage is decorated, or a reader's copy put beside it

    def begin(self, app):
        self.pages = {}

    def collect(self, app, doctree, docname):
        self.pages[docname] = list(self.gather(doctree))

    def all(self, app):
        """Return what each page holds, by docname, in the order of the book."""
        kept = Path(app.doctreedir, self.name)
        if kept.exists():
            self.pages = json.loads(kept.read_text(encoding="utf-8")) | self.pages
        for docname in (
            app.env.collect_relations().keys() - self.pages.keys()
        ):  # an earlier build was interrupted
            app.env.get_and_resolve_doctree(docname, app.builder)  # which `collect` sees
        kept.write_text(json.dumps(self.pages), encoding="utf-8")
        return {docname: self.pages[docname] for docname in app.env.collect_relations()}
