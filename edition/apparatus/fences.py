"""The fences of passages, notes and questions, before Markdown is made of them.

A parser takes as text what a contributor meant otherwise. A chapter that has such a fault is not read: what
would come of it has faults that are none.
"""

import re
from dataclasses import dataclass, field

from myst_parser.parsers.options import TokenizeError, options_to_items
from sphinx.util import logging

logger = logging.getLogger(__name__)
FENCE = re.compile(r" {0,3}(`{3,}(?!.*`)|~{3,}|:{3,}) *(?:\{([\w:-]+)\})?(.*)")
OPTION = re.compile(r"\s*:([\w-]+):(?:\s+(.*))?")
OPTIONS = {
    "passage": (),
    "annotation": ("lemma", "kind", "verdict", "gist", "was", "term"),
    "question": ("kind", "needs", "hint"),
}
NEEDS = {
    "passage": "the number of the passage",
    "annotation": "an id of its own",
    "question": "its level (easy, medium or hard)",
}


@dataclass
class Block:
    line: int
    fence: str
    name: str
    argument: str
    body: list = field(default_factory=list)

    def __str__(self):
        return f"{self.fence}{{{self.name}}} {self.argument}".strip() if self.name else self.fence


def faults(text):
    """Yield (line, message) for each fault in the fences of a chapter."""
    block = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.fullmatch(line)
        if block and fence and fence[1].startswith(block.fence) and not (fence[2] or fence[3].strip()):
            yield from within(block)
            block = None
        elif block and fence and fence[2] and block.name and fence[1].startswith(block.fence):
            what = f"{block} is not closed before line {number}, where another begins"
            yield block.line, f"{what}; write {block.fence} on a line of its own above that"
            block = opened(number, fence)
        elif block:
            block.body.append(line)
        elif fence and fence[1][0] == ":" and fence[2] in OPTIONS:
            what = f"{line.strip()}: a fence of colons is not read here"
            yield number, f"{what}; write ``` in place of the colons"
        elif fence and fence[1][0] != ":":
            block = opened(number, fence)
    if block:
        yield block.line, f"{block} is never closed; write {block.fence} on a line of its own behind it"


def opened(line, fence):
    return Block(line, fence[1], fence[2] or "", fence[3].strip())


def within(block):
    """Yield the faults of a fence that is closed."""
    if block.name not in OPTIONS:
        return
    if not block.argument:
        yield block.line, f"{block} has no name; write {NEEDS[block.name]} behind it"
    prose = (number for number, line in enumerate(block.body) if not line.lstrip().startswith(":"))
    head, names = next(prose, len(block.body)), []
    for number, line in enumerate(block.body):
        place = block.line + 1 + number
        if "\t" in line:
            yield place, f"{block}: a tab; write spaces"
        if (inner := FENCE.fullmatch(line)) and inner[2]:
            break  # what stands in there is told of by whoever reads it
        if not (option := OPTION.fullmatch(line)):
            continue
        if option[1] not in OPTIONS[block.name]:
            if number < head:
                options = ", ".join(f":{name}:" for name in OPTIONS[block.name]) or "none here"
                yield place, f"{block}: unknown option ':{option[1]}:'; use {options}"
        elif option[1] in names:
            yield place, f"{block}: the option ':{option[1]}:' stands twice; delete one"
        elif number > head:
            remedy = "move it up to the first line, without an empty line between options"
            yield place, f"{block}: the option ':{option[1]}:' stands apart; {remedy}"
        elif not option[2]:
            yield place, f"{block}: the option ':{option[1]}:' is empty; write its value behind it"
        names.append(option[1])
    try:
        _, state = options_to_items("\n".join(line.strip()[1:] for line in block.body[:head]))
        if state.has_comments:
            what = "an option holds ' #', which begins a remark"
            yield block.line, f"{block}: {what}; put its value in double quotes"
    except TokenizeError as error:
        what = f"the options can't be read ({error.problem})"
        yield block.line + 1, f"{block}: {what}; put the value in double quotes"
    if not any(line.strip() for line in block.body[head:]):
        yield block.line, f"{block}: no text; write it below{' the options' if head else ''}"


def check(app, docname, source):
    for line, message in list(faults(source[0])):
        logger.warning("%s", message, location=(docname, line))
        source[0] = ""


def setup(app):
    app.connect("source-read", check, priority=900)
