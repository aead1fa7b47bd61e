"""Questions for a class: sorted by difficulty, each with a hint that is folded, and what else it needs.

```{question} hard
:kind: writing
:needs: what the book has not, where the question can't be answered from it
:hint: Where to look, which the fold keeps from the student's eyes.
The question.
```
"""

from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.domain import page_with
from edition.elements import make

logger = logging.getLogger(__name__)
LEVELS = ("easy", "medium", "hard")
KINDS = {
    "author": "on the author’s standpoint",
    "verdict": "on this edition’s verdicts",
    "writing": "a writing task",
}
HANDOUTS = "handouts"  # the folder of what `edition/teaching/handouts.py` makes of the pages


class question(nodes.Element):
    """A question of `level`; questions that follow one another are a list."""


class ways(nodes.Element):
    """Where a teacher finds more: known once all chapters are read."""


class QuestionDirective(SphinxDirective):
    """A question, by its level."""

    has_content = True
    required_arguments = 1
    option_spec = dict.fromkeys(("kind", "needs", "hint"), directives.unchanged_required)

    def run(self):
        level, kind, hint = self.arguments[0], self.options.get("kind"), self.options.get("hint")
        for fault in self.faults(level, kind, hint):
            logger.warning("question: %s", fault, location=self.get_location())
        self.env.metadata[self.env.docname]["questions"] = True
        node = question(level=level)
        self.set_source_info(node)
        said = f"{level.capitalize()}, {KINDS[kind]}" if kind in KINDS else level.capitalize()
        node += make("p", said, class_="question-level")
        node += self.parse_content_to_nodes()
        if needs := self.options.get("needs"):
            node += self.paragraph(f"Needs besides this book: {needs}.", "question-needs")
        if hint:
            node += make("details", make("summary", "Hint"), self.paragraph(hint), class_="hint")
        return [node]

    def paragraph(self, text, *classes):
        return nodes.paragraph("", "", *self.parse_inline(text)[0], classes=list(classes))

    def faults(self, level, kind, hint):
        if level not in LEVELS:
            yield f"unknown level {level!r}; use one of {', '.join(LEVELS)}"
        if kind and kind not in KINDS:
            yield f"unknown kind {kind!r}; use one of {', '.join(KINDS)}"
        if not hint:
            yield "no hint; add ':hint:' with where an answer is to be looked for"


class HandoutsDirective(SphinxDirective):
    """The chapters with questions, each with its handout; the page is the one for teachers."""

    def run(self):
        self.env.metadata[self.env.docname]["teaching"] = True
        return [ways(whole=True)]


def sort(app, doctree):
    """Report a question that stands behind a harder one, and let the list end with the ways to more."""
    questions = [node for node in doctree.findall(question) if node["level"] in LEVELS]
    for before, node in zip(questions, questions[1:], strict=False):
        if LEVELS.index(node["level"]) < LEVELS.index(before["level"]):
            message = "the %s question stands behind a %s one; sort them: %s"
            logger.warning(message, node["level"], before["level"], ", ".join(LEVELS), location=node)
    if questions:
        last = questions[-1]
        last.parent.insert(last.parent.index(last) + 1, ways(whole=False))


def files(docname, page):
    """Return the links to the handout of a chapter (`page`), from a page of the book."""
    place = f"{'../' * docname.count('/')}{HANDOUTS}/{Path(page).name}"
    named = {"pdf": "PDF, to print", "docx": "Word, to edit"}
    return [make("a", text, href=f"{place}.{kind}", download=True) for kind, text in named.items()]


def lay_out(app, doctree, docname):
    """Fill in the ways: below the questions of a chapter to its handout, for teachers to those of all."""
    env, relative = app.env, app.builder.get_relative_uri
    for place in list(doctree.findall(ways)):
        if place["whole"]:
            rows = []
            for page in env.collect_relations():
                if "questions" in env.metadata[page]:
                    title = make("a", env.titles[page].astext(), href=relative(docname, page))
                    cells = [make("td", link) for link in files(docname, page)]
                    rows.append(make("tr", make("th", title, scope="row"), *cells))
            place.replace_self(make("table", make("tbody", *rows), class_="handouts"))
            continue
        words = ["For a class: this chapter on one sheet (", *between_files(docname), ")"]
        if page := page_with(env, "teaching"):
            more = make("a", env.titles[page].astext(), href=relative(docname, page))
            words += ["; reading paths and a question bank: ", more]
        place.replace_self(make("p", *words, ".", class_="question-ways"))


def between_files(docname):
    printed, edited = files(docname, docname)
    return [printed, "; ", edited]


# --- HTML ---


def visit_question(self, node):
    if not isinstance(node.previous_sibling(), question):
        self.body.append('<ol class="questions">')
    self.body.append(f'<li class="question" data-level="{node["level"]}">')


def depart_question(self, node):
    self.body.append("</li>")
    if not isinstance(node.next_node(descend=False, siblings=True), question):
        self.body.append("</ol>")


def setup(app):
    app.add_directive("question", QuestionDirective)
    app.add_directive("handouts", HandoutsDirective)
    app.add_node(question, html=(visit_question, depart_question))
    app.add_node(ways, html=(lambda self, node: None, lambda self, node: None))
    app.connect("doctree-read", sort)
    app.connect("doctree-resolved", lay_out)
