"""The addresses that readers cite: passages, notes, figures, statements and tables.

`python tests/ids.py` adds the new ones of the built book to the list.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
LIST = ROOT / "tests" / "ids.txt"
ID = re.compile(
    r'<(?:section|li|figure|tr|span|p|a|div)\b[^>]* id="((?:p\d+|note-|fig-|statement-|table-)[\w-]*)"'
)


def built(folder=HTML):
    """Return the addresses in the chapters of a built book."""
    pages = sorted(folder.glob("chapters/*.html")) + [folder / "index.html"]
    return {
        f"{page.relative_to(folder)}#{name}"
        for page in pages
        for name in ID.findall(page.read_text(encoding="utf-8"))
    }


def published():
    return set(LIST.read_text(encoding="utf-8").split()) if LIST.exists() else set()


if __name__ == "__main__":
    if gone := published() - built():
        sys.exit(
            f"These are cited and must not vanish: {', '.join(sorted(gone))}. Give them back their names."
        )
    LIST.write_text("".join(f"{one}\n" for one in sorted(published() | built())), encoding="utf-8")
    print(f"{LIST.name} has {len(published())} addresses")
