"""Who speaks in a book: its sources with their outlets, for cells. They have no reader of BibTeX."""

import re

import pandas as pd

from edition.tables.loading import home, load

ENTRY = re.compile(r"^@(?!comment|string|preamble)\w+\{([^,\s]+),$(.*?)^\}", re.M | re.S)


def sources() -> pd.DataFrame:
    """Return the sources of `references.bib`, a row each, with what `data/outlets.csv` says of their outlets.

    Columns: key, keywords (what kind of witness it is), outlet, and those of the table of outlets. The outlet
    is the `organization` of an entry, else its author where that is a body.
    """
    text = (home().parent / "references.bib").read_text(encoding="utf-8")
    rows = []
    for key, fields in ENTRY.findall(text):
        field = dict(re.findall(r"(?:^|, )\s*(\w+) = \{(.*?)\},?$", fields, re.M))
        body = re.fullmatch(r"\{(.*)\}", field.get("author", ""))
        outlet = field.get("organization", body[1] if body else "")
        rows.append({"key": key, "keywords": field.get("keywords", ""), "outlet": outlet})
    return pd.DataFrame(rows).merge(load("outlets"), on="outlet", how="left")
