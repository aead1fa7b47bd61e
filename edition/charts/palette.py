"""The colours of the charts, which are those of the pages.

`palette.css` here, and the book's own `colours.css` beside its tables, have each once.
"""

import re
from pathlib import Path

from edition.tables import home


def sheets(folder):
    """Return the style sheets with the colours of a book whose tables are in `folder`."""
    own = folder / "colours.css"
    return [Path(__file__).with_name("palette.css"), *([own] if own.is_file() else [])]


SHEETS = sheets(home())
TEXT = "".join(path.read_text(encoding="utf-8") for path in SHEETS)
PALETTE = dict(re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}),", TEXT))
VARIABLE = {colour: f"var(--{name})" for name, colour in PALETTE.items()}


def coloured(text):
    """Let each colour of the palette in `text` be that of the page, so that it follows light and dark."""
    return re.sub(r"#[0-9a-f]{6}\b", lambda colour: VARIABLE.get(colour[0], colour[0]), text)


def resolved(text):
    """Undo `coloured`, for a picture without a page: each colour is that of the light scheme."""
    return re.sub(r"var\(--([\w-]+)\)", lambda name: PALETTE[name[1]], text)
