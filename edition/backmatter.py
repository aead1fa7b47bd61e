"""What the book makes from its own tables and notes: chronology, glossary, data dictionary, and how many notes there are."""

import re
from collections import Counter

import pandas as pd
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.apparatus import KINDS, VERDICTS, annotation
from edition.cite import FORMATS
from edition.tables import home, load, package

logger = logging.getLogger(__name__)
COUNTED = ("notes", "sources", "archived", *KINDS, *VERDICTS)  # by the role {count}


class note_count(nodes.Inline, nodes.Element):
    """A number of notes or sources, known once all chapters are read."""


class term_entry(nodes.General, nodes.Element):
    """A glossary entry, filled with the text of its note once all chapters are read."""


def depend_on_data(env):
    """Have the page read again when a table changes."""
    for path in home().iterdir():
        env.note_dependency(str(path))


def escaped(text):
    """Return the text of a table's cell as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<&])", r"\\\1", text)


def span(event):
    """Return the day or days of an event as one says them: 29 May 2014, 1–2 December 2010, 30 April – 2 May 2013, May 2014."""
    first, last = event.date, event.until
    day = {"day": f"{first.day} {first:%B %Y}", "month": f"{first:%B %Y}", "year": f"{first.year}"}[event.precision]
    if pd.isna(last):
        return day
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%B %Y}"
    return f"{f'{first.day} {first:%B}' if first.year == last.year else day} – {last.day} {last:%B %Y}"


class ChronologyDirective(SphinxDirective):
    """Every event of `data/events.csv`, by era, with its passage and source."""

    def run(self):
        depend_on_data(self.env)
        self.env.metadata[self.env.docname]["chronology"] = True
        events, lines = load("events"), []
        for era in load("eras").itertuples():
            lines += [f"{{.chronology-era .era-{era.era}}}", f"## {era.name}", ""]
            for event in events[events["era"] == era.era].itertuples():
                day = span(event)
                where = f", {escaped(event.place)}" if event.place else ""
                see = f" ([passage {event.passage}](#p{event.passage}))" if pd.notna(event.passage) else ""
                cite = ",".join(event.source.split())
                lines += [f"[**{day}**]{{#event-{event.id}}}{where} · *{event.kind}*", f": {escaped(event.title)}{see} {{cite:p}}`{cite}`", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


class GlossaryDirective(SphinxDirective):
    """Every `term` note, in alphabetical order."""

    def run(self):
        self.env.note_reread()  # it shows the text of notes of other chapters
        self.env.metadata[self.env.docname]["glossary"] = True
        return [term_entry()]


class Glossary(SphinxPostTransform):
    default_priority = 4  # before citations and references are resolved (10)

    def run(self, **kwargs):
        for place in list(self.document.findall(term_entry)):
            notes = sorted((n for n in self.env.get_domain("edition").notes if n.term), key=lambda n: n.term.casefold())
            entries = nodes.definition_list(classes=["glossary"])
            for note in notes:
                source = next(a for a in self.env.get_doctree(note.docname).findall(annotation) if a["note"] == note.id)
                uri = self.app.builder.get_relative_uri(self.env.docname, note.docname)
                back = nodes.reference("", f"note {note.passage}.{note.number}", internal=True, refuri=f"{uri}#note-{note.id}")
                text = nodes.definition("", *(child.deepcopy() for child in source.children), nodes.paragraph("", "", back, classes=["glossary-back"]))
                for copied in text.findall(nodes.Element):
                    copied["ids"] = []  # they stand at the note already
                entries += nodes.definition_list_item("", nodes.term("", note.term, ids=[f"term-{note.id}"]), text)
            place.replace_self(entries)


class DataDictionaryDirective(SphinxDirective):
    """Every table of the data package, with its columns, sources, licence and known faults."""

    def run(self):
        depend_on_data(self.env)
        lines = []
        for name, table in package().items():
            lines += [f"(table-{name})=", f"## {table['title']}", "", f"[`data/{table['path']}`](../data/{table['path']}){{.external}}, {len(load(name)):,} rows. {table['description']}", ""]
            if faults := table.get("faults"):
                lines += [f"Known faults. {faults}", ""]
            licences = ", ".join(f"[{licence['title']}]({licence['path']})" for licence in table["licenses"])
            sources = "; ".join(f"[{s['title']}]({s['path']})" if "path" in s else s["title"] for s in table["sources"])
            cite = ", ".join(f"[{called}](../cite/table-{name}.{kind}){{.external}}" for kind, called in FORMATS.items())
            lines += [f"Source: {sources}. Licence: {licences}.{f' To cite it: {cite}.' if self.config.edition_citation else ''}", "", "| column | type | meaning |", "|---|---|---|"]
            for field in table["schema"]["fields"]:
                values = field.get("constraints", {}).get("enum")
                lines.append(f"| `{field['name']}` | {field['type']} | {field['description']}{' One of: ' + ', '.join(values) + '.' if values else ''} |")
            lines.append("")
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


class CountRole(SphinxRole):
    """{count}`notes`, {count}`sources` or {count}`confirmed` (any verdict or kind): how many of them the book has."""

    def run(self):
        if self.text not in COUNTED:
            logger.warning("nothing is counted as %r; use one of %s", self.text, ", ".join(COUNTED), location=self.get_location())
            return [], []
        return [note_count(what=self.text)], []


def count(env):
    """Return how many notes of each kind and verdict, notes, and sources the book has, by the words of the role {count}."""
    notes = env.get_domain("edition").notes
    sources = env.get_domain("cite").bibdata.data.entries  # each is used, or the build tells
    counts = dict.fromkeys((*KINDS, *VERDICTS), 0) | Counter(n.kind for n in notes) | Counter(n.verdict for n in notes)
    archived = sum("archiveurl" in source.fields for source in sources.values())
    return counts | {"notes": len(notes), "sources": len(sources), "archived": archived}


class Counts(SphinxPostTransform):
    default_priority = 4

    def run(self, **kwargs):
        counts = count(self.env)
        for place in list(self.document.findall(note_count)):
            place.replace_self(nodes.Text(str(counts[place["what"]])))


def setup(app):
    app.add_role("count", CountRole())
    app.add_post_transform(Counts)
    app.add_node(term_entry, html=(lambda self, node: None, lambda self, node: None))
    for name, directive in [("chronology", ChronologyDirective), ("glossary-of-notes", GlossaryDirective), ("data-dictionary", DataDictionaryDirective)]:
        app.add_directive(name, directive)
    app.add_post_transform(Glossary)
