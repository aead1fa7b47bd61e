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
WITNESSES = (
    "official",
    "news",
    "study",
    "tertiary",
)  # what kind of witness a source is: `keywords` in references.bib, by which the bibliography is sorted
ROUND = BracketStyle(left="(", right=")")


class EditionReferenceStyle(AuthorYearReferenceStyle):
    """Author and year in round brackets."""

    def __init__(self):
        super().__init__(
            bracket_parenthetical=ROUND,
            bracket_textual=ROUND,
            bracket_author=ROUND,
            bracket_label=ROUND,
            bracket_year=ROUND,
        )


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
        """Format an entry once: the list of sources shows it, and each citation of it when it is pointed at."""
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
    """Yield (line, message) for each source of a BibTeX file that lacks an author, a title, a date or an address."""
    line = keys(path)
    for key, entry in parse_file(path, "bibtex").entries.items():
        needs = {"author": entry.persons.get("author")} | {
            name: entry.fields.get(name) for name in ("title", "year", "url", "urldate")
        }
        for name, there in needs.items():
            if not there:
                yield (
                    line[key],
                    f"source {key} lacks {name}; add it{' (n.d. if the page bears none)' if name == 'year' else ''}",
                )
        if (witness := entry.fields.get("keywords")) not in WITNESSES:
            yield (
                line[key],
                f"source {key}: keywords is {witness!r}; say what kind of witness it is: {', '.join(WITNESSES)}",
            )
        if wrong := archive.fault(entry.fields):
            yield line[key], f"source {key}: {wrong}"
        if needs["urldate"] and not re.fullmatch(ISO_DATE, needs["urldate"]):
            yield line[key], f"source {key}: urldate is {needs['urldate']!r}; write it like 2026-11-23"


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
    for reference in doctree.findall(pending_xref):
        if reference.get("refdomain") == "cite":
            for key in {key.strip() for key in reference["reftarget"].split(",")} - set(known):
                logger.warning(
                    "source %s is not in %s; add it there or correct the key",
                    key,
                    " or ".join(app.config.bibtex_bibfiles),
                    location=reference,
                )


def check_use(app, env):
    """Report a source that nothing uses, and one that only a table names but the list of sources lacks."""
    known = {}
    for name in app.config.bibtex_bibfiles:
        known |= {
            key: f"{Path(app.srcdir, name)}:{line}" for key, line in keys(Path(app.srcdir, name)).items()
        }
    used = {target.key for reference in env.get_domain("cite").citation_refs for target in reference.targets}
    for file, row, key in checks.table_sources(Path(app.srcdir, "data")):
        used.add(key)
        if key not in known:
            logger.warning(
                "source %s is not in references.bib; add it there or correct the key",
                key,
                location=f"{Path(app.srcdir, file)}:{row}",
            )
    for key in sorted(set(known) - used):
        logger.warning(
            "no note and no table uses the source %s; cite it or delete it", key, location=known[key]
        )


def check_witnesses(app, env):
    """Report a verdict for which only a copy or a reference work speaks."""
    entries = env.get_domain("cite").bibdata.data.entries
    for note in env.get_domain("edition").notes:
        known = [entries[key].fields.get("keywords") for key in note.sources if key in entries]
        if note.verdict and known and set(known) == {"tertiary"}:
            logger.warning(
                "note %s rests on copies and reference works alone; cite the body that acted, or the press of the day",
                note.id,
                location=(note.docname, note.line),
            )


def check_entries(app):
    """Report every source that lacks something, unless the build goes on from one that was sound, and so with the same sources."""
    if os.environ.get("EDITION_CHANGED"):
        return
    for name in app.config.bibtex_bibfiles:
        for line, message in incomplete(Path(app.srcdir, name)):
            logger.warning(message, location=f"{Path(app.srcdir, name)}:{line}")


def setup(app):
    pybtex.plugin.find_plugin = cache(
        pybtex.plugin.find_plugin
    )  # it reads the lists of all installed packages anew for each citation
    app.connect("builder-inited", check_entries)
    app.connect("builder-inited", tell_apart)
    app.connect("doctree-read", check)
    app.connect("env-check-consistency", check_use)
    app.connect("env-check-consistency", check_witnesses)
