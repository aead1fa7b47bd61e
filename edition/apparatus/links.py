"""Links between the parts of a book: a note, a figure, and where an older address leads now."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from edition.domain import Link, figure_numbers
from edition.elements import make

logger = logging.getLogger(__name__)


class link_to(nodes.Inline, nodes.Element):
    """A link to a note or a figure: `kind` of it, and its id, `target`.

    Its number is known once all is read.
    """

    def astext(self):
        return f"{self['kind']} {self['target']}"


class LinkRole(SphinxRole):
    """{note}`id`: a link "note 4.18"; {figure}`id`: a link "Figure 7"."""

    def run(self):
        node = link_to(kind=self.name, target=self.text)
        self.set_source_info(node)
        link = Link(self.env.docname, node.line or 0, self.name, self.text)
        self.env.get_domain("edition").links.append(link)
        return [node], []


def targets(env):
    """Return {(kind, id): (page, anchor, what it is called)} of all that can be linked to."""
    domain, numbers = env.get_domain("edition"), figure_numbers(env)
    notes = {
        ("note", n.id): (n.docname, f"note-{n.id}", f"note {n.passage}.{n.number}") for n in domain.notes
    }
    return notes | {
        ("figure", f.id): (f.docname, f"fig-{f.id}", f"Figure {numbers[f.id]}")
        for f in domain.figures
        if f.id in numbers
    }


def check(app, env):
    """Report a link to what is not there."""
    known = targets(env)
    for link in env.get_domain("edition").links:
        if (link.kind, link.id) not in known:
            message = "there is no %s %s; correct {%s}`%s`"
            place = link.docname, link.line
            logger.warning(message, link.kind, link.id, link.kind, link.id, location=place)


class Links(SphinxPostTransform):
    default_priority = 5  # after the glossary has taken its entries from the notes

    def run(self, **kwargs):
        links = list(self.document.findall(link_to))
        known = targets(self.env) if links else {}
        for node in links:
            if not (place := known.get((node["kind"], node["target"]))):
                continue  # `check` has told
            page, anchor, called = place
            uri = (
                self.app.builder.get_relative_uri(self.env.docname, page) if page != self.env.docname else ""
            )
            node.replace_self(nodes.reference("", called, internal=True, refuri=f"{uri}#{anchor}"))


def check_headings(app, doctree):
    """Report a link in a heading: the contents show it, and have no room for one."""
    for title in doctree.findall(nodes.title):
        for link in title.findall(link_to):
            message = "a heading holds {%s}`%s`; put the link into the text below it"
            logger.warning(message, link["kind"], link["target"], location=link)


def moved(app, doctree, docname):
    """Say on the page where a note stood which note has taken it in, on another page."""
    end = next(doctree.findall(nodes.section), None)
    for note in app.env.get_domain("edition").notes if end else ():
        for old, page in note.was:
            if page and docname.rpartition("/")[2] == page:
                uri = app.builder.get_relative_uri(docname, note.docname)
                now = make("a", f"note {note.passage}.{note.number}", href=f"{uri}#note-{note.id}")
                text = "A note of this chapter is part of ", now, " now."
                end += make("p", *text, class_="moved", id=f"note-{old}")


def setup(app):
    app.add_role("note", LinkRole())
    app.add_role("figure", LinkRole())
    app.add_node(link_to, html=(lambda self, node: None, lambda self, node: None))  # of one that is told
    app.add_post_transform(Links)
    app.connect("doctree-read", check_headings, priority=400)
    app.connect("env-check-consistency", check)
    app.connect("doctree-resolved", moved)
