"""Check the links of a built book with LinkChecker.

Usage: python tests/links.py [--online] [--config FILE] FOLDER

Reads the pages as files: so a link that leads out of the folder, or starts at the root of a site, is seen
to be broken. The report is printed and, as it is Markdown, written beside FOLDER to links.md as well.
Ends with 1 if a link is broken.
"""

import argparse
import functools
import os
import re
import sys
import time
from configparser import RawConfigParser
from html import unescape
from pathlib import Path

os.environ["LANGUAGE"] = "en"  # LinkChecker would translate the messages that are read below
from linkcheck import configuration, director  # noqa: E402
from linkcheck.checker import get_url_from  # noqa: E402
from linkcheck.htmlutil import htmlsoup, linkparse  # noqa: E402
from linkcheck.logger.none import NoneLogger  # noqa: E402

from edition.apparatus.archive import without_copy  # noqa: E402


def once(find_links):
    """Read a page's links and anchors once.

    LinkChecker would read them again for each anchor that is asked for.
    """
    read = {}

    def replay(soup, callback, tags):
        if (id(soup), id(tags)) not in read:
            found = []
            find_links(soup, lambda *link, **rest: found.append((link, rest)), tags)
            read[id(soup), id(tags)] = found
        for link, rest in read[id(soup), id(tags)]:
            callback(*link, **rest)

    return replay


htmlsoup.make_soup = functools.cache(htmlsoup.make_soup)  # keeps each page, so that its id is its own
linkparse.find_links = once(linkparse.find_links)
ERRORS = {
    "[Errno 2]": "no such file",
    "SSLError": "its certificate is not valid",
    "TooManyRedirects": "redirects without end",
    "Timeout": "no answer in time",
    "ConnectionError": "no connection",
}


class Results(NoneLogger):
    """Keeps what was found out about each link."""

    def __init__(self):
        super().__init__()
        self.links = []

    def log_filter_url(self, link, do_print):
        self.links.append(link)


def check(addresses, config_file, **settings):
    """What LinkChecker says about the addresses and every link in them."""
    config = configuration.Configuration()
    config.read([str(config_file)])
    results = Results()
    config.update(settings, logger=results, status=False)
    config.sanitize()
    run = director.get_aggregate(config)
    for address in addresses:
        run.urlqueue.put(get_url_from(address, 0, run))
    director.check_urls(run)
    if results.stats.internal_errors:
        sys.exit("LinkChecker failed (see above), so not every link was checked.")
    return results.links


def elsewhere(link):
    return re.match("https?:", link.base_url)


def fault(link, folder):
    """What is wrong with a link, or nothing."""
    if link.url.startswith("file:") and (
        not link.url.startswith(folder.as_uri() + "/") or link.url.endswith("/")
    ):
        return "leads to a folder or out of the book"
    if not link.valid:
        return next((words for sign, words in ERRORS.items() if sign in link.result), link.result)
    for tag, message in link.warnings:
        if tag not in ("http-redirected", "http-rate-limited", "http-empty-content"):
            return message if tag else "no such anchor"


def moved(link):
    """The new address that permanent redirects lead to, or nothing."""
    new = None
    for tag, message in link.warnings:
        if tag == "http-redirected":
            address, status = re.match(r"Redirected to `(.+)' status: (\d+)", message).groups()
            if status not in ("301", "308"):
                break
            new = address
    return new if new != link.base_url else None


def places(link, folder):
    """Where the link stands: pages, and files that they are made from."""
    if not elsewhere(link):
        return link.parent_url.removeprefix(folder.as_uri() + "/")
    root = folder.parent.parent
    files = {page: page.relative_to(folder) for page in sorted(folder.rglob("*.html"))}
    for pattern in ("*.bib", "*.md", "chapters/*.md", "data/*.csv", "data/*.json", "edition/**/*.py"):
        files |= {path: path.relative_to(root) for path in sorted(root.glob(pattern))}
    texts = {name: path.read_text(encoding="utf-8") for path, name in files.items()}
    written = re.compile(re.escape(link.base_url) + r"(?=[\s\"'<>(){}\[\],;]|$)")
    return ", ".join(
        str(name) for name, text in texts.items() if written.search(text) or written.search(unescape(text))
    )


def report(links, folder, online):
    """The report as Markdown, and whether a link is broken."""
    there = [link for link in links if elsewhere(link)]
    broken = [(link, fault(link, folder)) for link in links if fault(link, folder)]
    parts = {
        "Broken": broken,
        "Moved for good": [
            (link, f"is now {moved(link)}") for link in there if moved(link) and not fault(link, folder)
        ],
        "Answers, but not to robots: look yourself": [
            (link, link.result) for link in there if link.result.startswith(("Ignored: ", "429 "))
        ],
        "Not asked, for a reason in linkcheckerrc": [
            (link, "ignored") for link in there if online and link.result == "filtered"
        ],
    }
    also = "too" if online else "were not (that needs ONLINE=1)"
    lines = [
        f"{len(links) - len(there)} addresses inside the book were checked, {len(there)} to elsewhere {also}."
    ]
    for title, found in parts.items():
        lines += [f"\n## {title}: {len(found)}\n"] if found else []
        lines += sorted(
            f"- {link.base_url}\n  {what.removeprefix('Ignored: ')}\n  in {places(link, folder)}"
            for link, what in found
        )
    sources = folder.parent.parent / "references.bib"
    if online and sources.exists() and (missing := without_copy(sources)):
        lines += [
            f"\n## Sources without an archived copy: {len(missing)}\n",
            "`make archive` looks for them: " + ", ".join(missing),
        ]
    return "\n".join([*lines, "" if broken else "\nNo link is broken.\n"]), bool(broken)


def main():
    parser = argparse.ArgumentParser(description="Check the links of a built book.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--online", action="store_true", help="also ask for each address elsewhere")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("linkcheckerrc"))
    options = parser.parse_args()
    folder = options.folder.resolve()
    os.environ["XDG_DATA_HOME"] = str(
        folder.parent
    )  # LinkChecker makes a folder there, else in the reader's home
    pages = [
        page
        for page in sorted(folder.rglob("*.html"))
        if not page.relative_to(folder).parts[0].startswith("_")
    ]
    if not pages:
        sys.exit(f"There is no page in {options.folder}. Run: make book")

    links = check(
        [page.as_uri() for page in pages],
        options.config,
        checkextern=options.online,
        threads=10 if options.online else 0,
    )
    settings = RawConfigParser()
    settings.read(options.config)
    for pause in settings["retries"]["pauses"].split():
        failed = {
            link.base_url
            for link in links
            if elsewhere(link) and (fault(link, folder) or link.result.startswith("429 "))
        }
        if failed:
            time.sleep(float(pause))
            again = {
                link.base_url: link
                for link in check(failed, options.config, checkextern=True, recursionlevel=0)
            }
            links = [again.get(link.base_url, link) for link in links]
    text, broken = report(links, folder, options.online)
    print(text, end="")
    (folder.parent / "links.md").write_text(text, encoding="utf-8")
    sys.exit(broken)


if __name__ == "__main__":
    main()
