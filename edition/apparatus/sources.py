"""How sources are cited and listed, and what every source must have."""

import os
import re
from calendar import month_name
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from string import ascii_lowercase

import pybtex.plugin
from docutils import nodes
from pybtex.database import parse_file
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import field, href, join, optional, sentence
from sphinx.addnodes import pending_xref
from sphinx.util import logging
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from edition.apparatus import archive
from edition.apparatus.notes import annotation
from edition.apparatus.wording import in_alphabet
from edition.elements import make
from edition.tables import checks

logger = logging.getLogger(__name__)
ISO_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
# what kind of witness a source is: `keywords` in references.bib, by which the bibliography is sorted
WITNESSES = ("official", "news", "study", "tertiary")
ROUND = BracketStyle(left="(", right=")", sep="; ")
LANGUAGES = {  # `langid` in references.bib, as in biblatex -> the code of a language in HTML
    "armenian": "hy",
    "chinese": "zh",
    "estonian": "et",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "kazakh": "kk",
    "korean": "ko",
    "kyrgyz": "ky",
    "russian": "ru",
    "slovak": "sk",
    "spanish": "es",
    "turkish": "tr",
    "ukrainian": "uk",
}


class EditionReferenceStyle(AuthorYearReferenceStyle):
    """Author and year in round brackets."""

    def __init__(self):
        kinds = ("parenthetical", "textual", "author", "label", "year")
        super().__init__(**{f"bracket_{kind}": ROUND for kind in kinds})


class KeyLabels(BaseLabelStyle):
    """Each source has its key as label: unique in several lists, and shown in none (`markup`)."""

    def format_labels(self, sorted_entries):
        return (entry.key for entry in sorted_entries)


class OneAlphabet(BaseSortingStyle):
    """Persons and bodies in one alphabet, whatever their accents and case; then by date."""

    def sorting_key(self, entry):
        names = " ".join(map(str, entry.persons["author"])) if "author" in entry.persons else ""
        return in_alphabet(names).removeprefix("the "), _date(entry), entry.fields["title"]


class EditionStyle(Style):
    """The plain style, surnames first; a web page with its date, address and the day it was read."""

    default_name_style, default_label_style, default_sorting_style = "lastfirst", KeyLabels, OneAlphabet

    def __init__(self, **options):
        super().__init__(**options)
        self.formatted = {}

    def format_entry(self, label, entry, bib_data=None):
        """Format an entry once: the list of sources shows it, and so does each citation of it."""
        if entry.key not in self.formatted:
            self.formatted[entry.key] = super().format_entry(label, entry, bib_data)
        return self.formatted[entry.key]

    def format_web_refs(self, e):
        return sentence(sep=". ")[href(field("url", raw=True))["Address"], _read(e.fields.get("urldate"))]

    def get_misc_template(self, e):
        issued = join(sep=" ")[optional[field("day")], optional[field("month")], field("issued")]
        return join(sep=" ")[
            sentence[
                join[self.format_names("author", as_sentence=False), optional[" [", field("origauthor"), "]"]]
            ],
            sentence[href(field("url", raw=True))[field("title", raw=True)]],
            sentence(sep=", ")[optional[field("howpublished")], issued],
            optional[sentence[join["Republished by ", field("via")]]],
            optional[sentence[join["In ", field("langid", apply_func=lambda name: name.capitalize())]]],
            optional[sentence[field("note")]],
            sentence[_read(e.fields.get("urldate"))],
        ]


def _read(day):
    if not day or not re.fullmatch(ISO_DATE, day):  # `incomplete` tells
        return ""
    day = date.fromisoformat(day)
    return f"Read {day.day} {day:%B %Y}"


def short(entry):
    """Return the authors and the year of a source, as plain text."""
    names = [" ".join(person.last_names).strip("{}") for person in entry.persons["author"]]
    names = [f"{names[0]} et al."] if len(names) > 2 else names
    return f"{' and '.join(names)} {entry.fields['year']}"


def keys(path):
    """Return the keys of a BibTeX file, each with its line."""
    text, lines = path.read_text(encoding="utf-8"), {}
    entry = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*[{(]\s*([^,\s]+)", re.M | re.I)
    for match in entry.finditer(text):
        lines.setdefault(match[1], text.count("\n", 0, match.start()) + 1)
    return lines


def places(app):
    """Return where each source stands, as the location of a fault."""
    paths = [Path(app.srcdir, name) for name in app.config.bibtex_bibfiles]
    return {key: f"{path}:{line}" for path in paths for key, line in keys(path).items()}


def incomplete(path):
    """Yield (line, message) for all that a source of a BibTeX file lacks or has otherwise than it must."""
    line = keys(path)
    for key, entry in parse_file(path, "bibtex").entries.items():
        fields = entry.fields
        needs = {name: fields.get(name) for name in ("title", "year", "url", "urldate")}
        for name, value in ({"author": entry.persons.get("author")} | needs).items():
            if not value:
                none = " (n.d. if the page bears none)" if name == "year" else ""
                yield line[key], f"source {key} lacks {name}; add it{none}"
        if (witness := fields.get("keywords")) not in WITNESSES:
            remedy = f"say what kind of witness it is: {', '.join(WITNESSES)}"
            yield line[key], f"source {key}: keywords is {witness!r}; {remedy}"
        if (language := fields.get("langid", "russian")) not in LANGUAGES:
            yield line[key], f"source {key}: unknown langid {language!r}; use one of {', '.join(LANGUAGES)}"
        if fault := archive.fault(fields):
            yield line[key], f"source {key}: {fault}"
        if (day := needs["urldate"]) and not re.fullmatch(ISO_DATE, day):
            yield line[key], f"source {key}: urldate is {day!r}; write it like 2026-11-23"


def tell_apart(app):
    """Give each source the year by which it is cited; of the press, the day.

    Where author and year, or day, are the same, the press is told apart by the beginning of the title, others
    by letters (2022a, 2022b): these follow the keys, so that they do not depend on where a source is cited
    first.
    """
    same = defaultdict(list)
    for key, entry in app.env.get_domain("cite").bibdata.data.entries.items():
        fields = entry.fields
        if "year" not in fields:
            continue  # `incomplete` tells
        # the entries are kept between builds: begin from what the file says
        fields["issued"] = fields["year"] = fields.setdefault("stated", fields["year"])
        if fields.get("keywords") == "news" and "month" in fields:
            fields["year"] = " ".join(filter(None, [fields.get("day"), fields["month"], fields["year"]]))
        same[tuple(map(str, entry.persons.get("author", []))), fields["year"]].append((key, entry))
    for entries in (several for several in same.values() if len(several) > 1):
        for number, (_, entry) in enumerate(sorted(entries, key=lambda pair: pair[0])):
            if entry.fields.get("keywords") == "news":
                title = " ".join(re.sub(r"[{}\[\]]", "", entry.fields["title"]).split()[:4]).rstrip(",:;.")
                entry.fields["year"] += f", “{title} …”"
            else:
                year = entry.fields["year"]
                entry.fields["year"] = entry.fields["issued"] = (
                    f"{year}{'-' * (year == 'n.d.')}{_letters(number)}"
                )


def _date(entry):
    """Return the date of a source for sorting; one without a date is the last."""
    months = {name: number for number, name in enumerate(month_name)}
    year = re.match(r"\d{4}", entry.fields.get("issued", ""))
    month, day = months.get(entry.fields.get("month"), 0), re.match(r"\d+", entry.fields.get("day", ""))
    return int(year[0]) if year else 9999, month, int(day[0]) if day else 0


def _letters(number):
    return (_letters(number // 26 - 1) if number >= 26 else "") + ascii_lowercase[number % 26]


def at_its_key(app, doctree, docname):
    """Give each source in the bibliography the address `#cite-key`.

    While a chapter is read, each list of sources needs addresses of its own for all of them.
    """
    for listed in doctree.findall(nodes.citation):
        listed["ids"] = [re.sub(r"^cite-\d+-", "cite-", id) for id in listed["ids"]]
    for link in doctree.findall(nodes.reference):
        for name in {"refuri", "refid"} & set(link.attributes):
            link[name] = re.sub(r"((?:^|#)cite-)\d+-", r"\1", link[name])


def foreign(app, doctree, docname):
    """Say of each title in the bibliography that is not in English in which language it is."""
    entries = app.env.get_domain("cite").bibdata.data.entries
    for listed in doctree.findall(nodes.citation):
        if source := entries.get(listed["ids"][0].removeprefix("cite-")):
            say_language(source, listed)


def say_language(source, listed):
    """Mark the language of a source's title.

    Not of one in square brackets and Latin letters: it is ours, and English.
    """
    if language := LANGUAGES.get(source.fields.get("langid")):
        title = next(listed.findall(nodes.reference))
        if not re.fullmatch(r"\[[^\u0370-\uffff]*\]", title.astext()):
            title.children = [make("span", *title.children, lang=language)]


def fold_sources(app, doctree, docname):
    """Give each note the entries of its sources, folded: who looks one up need not leave the note."""
    domain = app.env.get_domain("cite")
    entries, formatted = domain.bibdata.data.entries, {}
    for citation in domain.citations:
        formatted.setdefault(citation.key, citation.formatted_entry)
    keys = {note.id: note.sources for note in app.env.get_domain("edition").notes}
    for note in doctree.findall(annotation):
        listed = []
        for key in filter(formatted.__contains__, keys.get(note["note"], ())):
            item = make("li", domain.backend.paragraph(formatted[key]))
            say_language(entries[key], item)
            listed.append(item)
        if listed:
            note += folded(listed, "note-sources")


def folded(listed, class_):
    """Return sources (items of a list) in a fold that says how many they are."""
    summary = make("summary", f"{len(listed)} source{'s' if len(listed) > 1 else ''}")
    return make("details", summary, make("ul", *listed), class_=class_)


def check(app, doctree):
    """Report a citation of a source that is not in the list of sources."""
    known = app.env.get_domain("cite").bibdata.data.entries
    files = " or ".join(app.config.bibtex_bibfiles)
    for reference in doctree.findall(pending_xref):
        if reference.get("refdomain") == "cite":
            for key in {key.strip() for key in reference["reftarget"].split(",")} - set(known):
                message = "source %s is not in %s; add it there or correct the key"
                logger.warning(message, key, files, location=reference)


def check_use(app, env):
    """Report a source that nothing uses, and one that only a table names but the list of sources lacks."""
    known = places(app)
    used = {target.key for reference in env.get_domain("cite").citation_refs for target in reference.targets}
    for file, row, key in checks.table_sources(Path(app.srcdir, "data")):
        used.add(key)
        if key not in known:
            message = "source %s is not in references.bib; add it there or correct the key"
            logger.warning(message, key, location=f"{Path(app.srcdir, file)}:{row}")
    for key in sorted(set(known) - used):
        message = "no note and no table uses the source %s; cite it or delete it"
        logger.warning(message, key, location=known[key])


def check_witnesses(app, env):
    """Report a verdict for which only a copy or a reference work speaks."""
    entries = env.get_domain("cite").bibdata.data.entries
    for note in env.get_domain("edition").notes:
        witnesses = {entries[key].fields.get("keywords") for key in note.sources if key in entries}
        if note.verdict and witnesses == {"tertiary"}:
            message = (
                "note %s rests on copies and reference works alone; "
                "cite the body that acted, or the press of the day"
            )
            logger.warning(message, note.id, location=(note.docname, note.line))


def check_entries(app):
    """Report every source that lacks something.

    Not if the build goes on from one that was sound, and so with the same sources.
    """
    if os.environ.get("EDITION_CHANGED"):
        return
    for name in app.config.bibtex_bibfiles:
        for line, message in incomplete(Path(app.srcdir, name)):
            logger.warning(message, location=f"{Path(app.srcdir, name)}:{line}")


def setup(app):
    # it reads the lists of all installed packages anew for each citation
    pybtex.plugin.find_plugin = cache(pybtex.plugin.find_plugin)
    app.connect("builder-inited", check_entries)
    app.connect("builder-inited", tell_apart)
    app.connect("doctree-read", check)
    app.connect("doctree-resolved", at_its_key, priority=300)
    app.connect("doctree-resolved", foreign, priority=450)  # `archive` makes another link of the title
    app.connect(
        "doctree-resolved", fold_sources, priority=600
    )  # after `terms`: they are no text of the chapter
    app.connect("env-check-consistency", check_use)
    app.connect("env-check-consistency", check_witnesses)
