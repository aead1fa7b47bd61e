"""What the pages of the book hold.

It is gathered from each as it is about to be written, and kept of those that are not written anew.
"""

import json
from pathlib import Path


class Harvest:
    """`gather` yields what a page (its resolved doctree) holds, in values that JSON knows.

    `name` is the file that keeps it between builds.
    """

    def __init__(self, name, gather):
        self.name, self.gather = name, gather

    def connect(self, app):
        app.connect("builder-inited", self.begin)
        # before a passage is decorated, or a reader's copy put beside it
        app.connect("doctree-resolved", self.collect, priority=400)

    def begin(self, app):
        self.pages = {}

    def collect(self, app, doctree, docname):
        self.pages[docname] = list(self.gather(doctree))

    def all(self, app):
        """Return what each page holds, by docname, in the order of the book."""
        file, docnames = Path(app.doctreedir, self.name), app.env.collect_relations()
        if file.exists():
            self.pages = json.loads(file.read_text(encoding="utf-8")) | self.pages
        for docname in docnames.keys() - self.pages.keys():  # an earlier build was interrupted
            app.env.get_and_resolve_doctree(docname, app.builder)  # which `collect` sees
        file.write_text(json.dumps(self.pages), encoding="utf-8")
        return {docname: self.pages[docname] for docname in docnames}
