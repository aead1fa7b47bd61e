"""The styles in which the edition is cited, and the committed file with all that is cited in them.

`make citations` writes it (`formatting.py`); the build only reads it.
"""

import json
from pathlib import Path

from edition.cache import key

FILE = "citations.json"  # at the top of a book
# what readers call it, its file in csl/, and the English whose quotation marks and dates it takes
STYLES = {
    "APA": ("apa", "en-US"),
    "MLA": ("modern-language-association", "en-US"),
    "Chicago": ("chicago-author-date", "en-US"),
    "Harvard": ("harvard-cite-them-right", "en-GB"),
    "ISO 690": ("iso690-author-date-en", "en-GB"),
}
SCRIPT = Path(__file__).with_name("format.lua")


class CitationsFileError(ValueError):
    """Why the citations of citations.json are not those of the book, without the file's name."""


def path(style):
    return Path(__file__).with_name("csl") / f"{STYLES[style][0]}.csl"


def formatter():
    """Return the digest of what formats: a file that another one wrote is out of date."""
    return key(list(STYLES.items()), SCRIPT.read_bytes(), *(path(style).read_bytes() for style in STYLES))


def read_formatted(file, items):
    """Return what a citations.json has of these items, as `formatting.formatted` does.

    Raises CitationsFileError.
    """
    try:
        content = json.loads(Path(file).read_bytes())
        by, formatted = content["formatter"], content["formatted"]
        before = {name: record["item"] for name, record in formatted.items()}
    except FileNotFoundError:
        raise CitationsFileError("there is no such file") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CitationsFileError("it can't be read") from None
    if by != formatter():
        raise CitationsFileError("not of these styles")
    if changed := [item for item in items if before.get(item["id"]) != item]:
        item, *others = changed
        old = before.get(item["id"], {})
        field = next(name for name in ("title", *item, *old) if old.get(name) != item.get(name))
        more = f" and {len(others)} more" if others else ""
        raise CitationsFileError(f"not of this {field}: {item.get(field)!r} ({item['id']}){more}")
    return formatted
