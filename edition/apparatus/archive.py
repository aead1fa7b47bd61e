"""Archived copies of the sources: shown as Robust Links, and looked for in the Internet Archive.

Robust Links: https://robustlinks.mementoweb.org/spec/. A copy that was found stands in references.bib as
`archiveurl` and `archivedate`. `make archive` asks for those that are missing.
"""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import date
from pathlib import Path

from docutils import nodes
from pybtex.database import parse_file

from edition.elements import make

SERVICE = "https://archive.org/wayback/available"  # answers with the copy that is nearest to a day
ARCHIVE = "https://web.archive.org/web"
PAUSE = 4  # seconds between two questions


def fault(fields):
    """Return what is wrong with the archived copy that a source names, or None."""
    address, day = fields.get("archiveurl"), fields.get("archivedate")
    if not address and not day:
        return None
    if not address or not day:
        return "archiveurl and archivedate belong together; add the other, or delete both"
    original = re.sub("https?://", "", fields.get("url", ""))
    copied = re.sub("https?://", "", address.removeprefix("https://"))
    if not address.startswith("https://") or not copied.endswith(original):
        return f"archiveurl is {address!r}; it must be an https address that ends with the source's own"
    if (stamp := re.search(r"/(\d{8})\d{6}/", address)) and stamp[1] != day.replace("-", ""):
        return f"archivedate is {day}, but archiveurl says {stamp[1]}; correct one of them"
    return None


def without_copy(path):
    """Return the keys of the sources in a BibTeX file that have no archived copy, in its order."""
    entries = parse_file(path, "bibtex").entries
    return [key for key, entry in entries.items() if "archiveurl" not in entry.fields]


def robust(app, doctree, docname):
    """Give each link in the list of sources the attributes of a Robust Link, and a second link behind it.

    That leads to the archived copy, or to where one may be.
    """
    entries = app.env.get_domain("cite").bibdata.data.entries.values()
    by_address = {entry.fields["url"]: entry.fields for entry in entries if "url" in entry.fields}
    for citation in doctree.findall(nodes.citation):
        for link in list(citation.findall(nodes.reference)):
            fields = by_address.get(link.get("refuri"))
            if fields is None or "urldate" not in fields or fault(fields):  # `sources` tells what is wrong
                continue
            address, copy = fields["url"], fields.get("archiveurl")
            day = fields["archivedate"] if copy else fields["urldate"]
            if copy:
                taken = date.fromisoformat(day)
                second = make("a", f"copy of {taken.day} {taken:%B %Y}", class_="archived", href=copy)
            else:
                nearest = f"{ARCHIVE}/{day.replace('-', '')}/{address}"
                label = "Look for an archived copy"
                second = make("a", "copy?", class_="archived", href=nearest, aria_label=label)
            link.parent += [nodes.Text(" "), second]
            data = {"data_originalurl": address, "data_versionurl": copy, "data_versiondate": day}
            link.replace_self(make("a", *link.children, class_="reference external", href=address, **data))


def ask(address, day, service):
    """Return (address, ISO date) of the archived copy nearest to `day`, or None where there is none."""
    question = urllib.parse.urlencode({"url": address, "timestamp": day.replace("-", "")})
    with urllib.request.urlopen(f"{service}?{question}", timeout=60) as answer:
        closest = json.load(answer).get("archived_snapshots", {}).get("closest")
    if not closest or not closest.get("available") or closest.get("status") != "200":
        return None
    stamp = closest["timestamp"]
    return re.sub("^http:", "https:", closest["url"]), f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"


def main(path=Path("references.bib"), service=SERVICE, pause=PAUSE):
    """Look for the missing copies.

    Each that is found is written into the BibTeX file at once, so that an interruption loses nothing.
    """
    sources, missing, copies = parse_file(path, "bibtex").entries, without_copy(path), 0
    for key in missing:
        fields = sources[key].fields
        try:
            copy = ask(fields["url"], fields["urldate"], service)
        except (OSError, ValueError) as error:
            sys.exit(
                f"The archive did not answer ({error}). "
                f"{copies} copies were found so far and are in {path}; run this again later."
            )
        if copy:
            text = path.read_text(encoding="utf-8")
            entry = re.search(rf"@\w+{{{re.escape(key)},.*?^  urldate = {{[\d-]+}},\n", text, re.M | re.S)
            added = f"  archiveurl = {{{copy[0]}}},\n  archivedate = {{{copy[1]}}},\n"
            new = path.with_suffix(".new")
            new.write_text(text[: entry.end()] + added + text[entry.end() :], encoding="utf-8")
            os.replace(new, path)
            copies += 1
        time.sleep(pause)
    print(f"{copies} copies were found, {len(missing) - copies} sources have none.")


def setup(app):
    app.connect("doctree-resolved", robust)


if __name__ == "__main__":
    main()
