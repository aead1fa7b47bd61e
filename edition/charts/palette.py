"""The colours of the charts, which are those of the pages: `palette.css` has each once."""

import re
from pathlib import Path

PALETTE_CSS = Path(__file__).with_name("palette.css")
PALETTE = dict(re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}),", PALETTE_CSS.read_text(encoding="utf-8")))
VARIABLE = {colour: f"var(--{name})" for name, colour in PALETTE.items()}


def coloured(text):
    """Let each colour of the palette in `text` be that of the page, so that it follows light and dark."""
    return re.sub(r"#[0-9a-f]{6}\b", lambda found: VARIABLE.get(found[0], found[0]), text)
