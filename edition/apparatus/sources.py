"""How sources are cited and listed, and what every source must have."""

import os
import re
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from string import ascii_lowercase

import pybtex.plugin
from pybtex.database import parse_file
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.template import field, href, join, optional, sentence
from sphinx.addnodes import pending_xref
from sphinx.util import logging
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from edition.apparatus import archive
from edition.tables import checks

logger = logging.getLogger(__name__)
ISO_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
# what kind of witness a source is: `keywords` in references.bib, by which the bibliography is sorted
WITNESSES = ("official", "news", "study", "tertiary")
ROUND = BracketStyle(left="(", right=")")


class EditionReferenceStyle(AuthorYearReferenceStyle):
    """Author and year in round brackets."""

    def __init__(self):
        kinds = ("parenthetical", "textual", "author", "label", "year")
        super().__init__(**{f"bracket_{kind}": ROUND for kind in kinds})


class KeyLabels(BaseLabelStyle):
    """Each source has its key as label: unique in several lists, and shown in none (`markup`)."""

    def format_labels(self, sorted_entries):
        return (entry.key for entry in sorted_entries)


class EditionStyle(Style):
    """The plain style, surnames first; a web page with its date, address and the day it was read."""

    default_name_style, default_label_style = "lastfirst", KeyLabels

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
        issued = join(sep=" ")[optional[field("day")], optional[field("month")], field("year")]
        return join(sep=" ")[
            sentence[self.format_names("author")],
            sentence[href(field("url", raw=True))[field("title", raw=True)]],
            sentence(sep=", ")[optional[field("howpublished")], issued],
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
    lines = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if match := re.match(r"\s*@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)", text, re.I):
            lines.setdefault(match[1], number)
    return lines


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
        if fault := archive.fault(fields):
            yield line[key], f"source {key}: {fault}"
        if (day := needs["urldate"]) and not re.fullmatch(ISO_DATE, day):
            yield line[key], f"source {key}: urldate is {day!r}; write it like 2026-11-23"


def tell_apart(app):
    """Add a letter to the year of sources that would be cited by the same author and year: 2022a, 2022b.

    The letters follow the keys, so that they do not depend on where a source is cited first.
    """
    same = defaultdict(list)
    for key, entry in app.env.get_domain("cite").bibdata.data.entries.items():
        names = tuple(str(person) for person in entry.persons.get("author", []))
        same[names, entry.fields.get("year")].append((key, entry))
    for (_, year), entries in same.items():
        if year and len(entries) > 1:
            for number, (_, entry) in enumerate(sorted(entries, key=lambda pair: pair[0])):
                entry.fields["year"] = year + ("-" if year == "n.d." else "") + _letters(number)


def _letters(number):
    return (_letters(number // 26 - 1) if number >= 26 else "") + ascii_lowercase[number % 26]


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
    places = {}
    for name in app.config.bibtex_bibfiles:
        path = Path(app.srcdir, name)
        places |= {key: f"{path}:{line}" for key, line in keys(path).items()}
    used = {target.key for reference in env.get_domain("cite").citation_refs for target in reference.targets}
    for file, row, key in checks.table_sources(Path(app.srcdir, "data")):
        used.add(key)
        if key not in places:
            message = "source %s is not in references.bib; add it there or correct the key"
            logger.warning(message, key, location=f"{Path(app.srcdir, file)}:{row}")
    for key in sorted(set(places) - used):
        message = "no note and no table uses the source %s; cite it or delete it"
        logger.warning(message, key, location=places[key])


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
    app.connect("env-check-consistency", check_use)
    app.connect("env-check-consistency", check_witnesses)
