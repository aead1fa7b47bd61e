"""All passages on one page, with what the notes change: to be read in one go.

```{read-through}
```

It is made from the chapters, where passages and notes stay: each passage is shown again, by era. Its markers,
its gists and its heading lead to its chapter; what finds, cites or faces passages knows nothing of it.
"""

from itertools import groupby

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.apparatus import eras, margin
from edition.apparatus.passages import changes, marker, named, notes_of, passage, raised
from edition.elements import make
from edition.tables import package

logger = logging.getLogger(__name__)


class read_through(nodes.General, nodes.Element):
    """The place of the passages, filled once all chapters are read."""


class ReadThroughDirective(SphinxDirective):
    """Every passage, in the order of the commentary."""

    def run(self):
        self.env.note_reread()  # it shows passages and gists of other chapters
        self.env.metadata[self.env.docname].setdefault("read-through", []).append(self.lineno)
        return [read_through()]


def check(app, env):
    """Report a second place that shows all passages."""
    places = [(page, line) for page in env.found_docs for line in env.metadata[page].get("read-through", ())]
    for page, line in sorted(places)[1:]:
        message = "{read-through} stands already in %s, line %d; delete one of the two"
        logger.warning(message, *min(places), location=(page, line))


class ReadThrough(SphinxPostTransform):
    default_priority = 4  # before links and references are resolved

    def run(self, **kwargs):
        for place in list(self.document.findall(read_through)):
            passages = sorted(self.env.get_domain("edition").passages, key=lambda one: one.id)
            for era, group in groupby(passages, self.era):
                part = make("section", *heading(era), class_=f"of-era era-{era}")
                part += [self.shown(one) for one in group]
                place += part

    def era(self, one):
        """Return the era of a passage's chapter, as `eras` takes it."""
        return self.env.metadata[one.docname].get("era", "all")

    def shown(self, one):
        """Return a passage (`domain.Passage`) as it stands on this page."""
        page = self.app.builder.get_relative_uri(self.env.docname, one.docname)
        source = next(
            node for node in self.env.get_doctree(one.docname).findall(passage) if node["number"] == one.id
        )
        text = make("div", *(child.deepcopy() for child in source.children), class_="restatement")
        for part in text.findall(nodes.Element):
            part["ids"] = []  # they stand in the chapter
        for sign in text.findall(marker):
            sign["page"] = page
        name, chapter = named(self.config, one.id), self.env.titles[one.docname].astext()
        way = make("a", f"{raised(name)} · ", make("span", chapter), href=f"{page}#p{one.id}")
        parts = [make("h3", way), text]
        if gists := changes(notes_of(self.env, one.id), margin.lines_of_markers(source), page):
            parts.append(make("ul", *gists, class_="gists", aria_label=f"What the notes change in {name}"))
        return make("section", *parts, class_="passage-copy", id=f"passage-{one.id}")


def heading(era):
    """Return the name and the years of an era, or of all; nothing in a book that has none."""
    if "eras" not in package():
        return []
    name, years = eras.called(era)
    return [make("h2", name, make("span", f", {years[0].lower()}{years[1:]}"))]


def setup(app):
    app.add_directive("read-through", ReadThroughDirective)
    app.add_node(
        read_through,
        html=(
            lambda self, node: self.body.append('<section class="read-through">'),
            lambda self, node: self.body.append("</section>"),
        ),
    )
    app.add_post_transform(ReadThrough)
    app.connect("env-check-consistency", check)
