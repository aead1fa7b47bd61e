"""How sources are cited and listed, and what every source must have."""

from datetime import date

from pybtex.database import parse_file
from pybtex.style.formatting.plain import Style
from pybtex.style.template import field, href, join, optional, sentence
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

ROUND = BracketStyle(left="(", right=")")


class EditionReferenceStyle(AuthorYearReferenceStyle):
    """Author and year in round brackets."""

    def __init__(self):
        super().__init__(bracket_parenthetical=ROUND, bracket_textual=ROUND, bracket_author=ROUND, bracket_label=ROUND, bracket_year=ROUND)


class EditionStyle(Style):
    """The plain style; a web page with its date, address and the day it was read."""

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
    if not day:  # `incomplete` tells
        return ""
    day = date.fromisoformat(day)
    return f"Read {day.day} {day:%B %Y}"


def keys(path):
    """Return the keys of a BibTeX file, each with its line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = {text.partition("{")[2].rstrip(","): number for number, text in enumerate(lines, 1) if text.startswith("@")}
    return {key: starts[key] for key in parse_file(path, "bibtex").entries}


def incomplete(path):
    """Yield (line, message) for each source of a BibTeX file that lacks an author, a title, a date or an address."""
    line = keys(path)
    for key, entry in parse_file(path, "bibtex").entries.items():
        needs = {
            "author": "author" in entry.persons or "editor" in entry.persons,
            "title": entry.fields.get("title"),
            "year (n.d. if the page bears none)": entry.fields.get("year"),
            "url or doi": entry.fields.get("url") or entry.fields.get("doi"),
            "urldate": entry.fields.get("urldate"),
        }
        for name, there in needs.items():
            if not there:
                yield line[key], f"source {key} lacks {name}; add it"

