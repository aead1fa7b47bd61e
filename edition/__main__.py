"""The reader's own copy of the commentary: python -m edition import FILE, status, forget."""

import argparse
import re
import sys
from pathlib import Path

from edition import collation, fingerprint, store, witness
from edition.tables import HERE
from edition.witness import CopyError


def lemmas(folder=HERE.parent / "chapters"):
    """Return {passage: {note: lemma}} as the chapters have them."""
    found = {}
    for chapter in sorted(folder.glob("*.md")):
        text = chapter.read_text(encoding="utf-8")
        said = {name: lemma.strip('"') for name, lemma in re.findall(r"^```\{annotation\} (\S+)\n(?::\w+: .*\n)*?:lemma: (.*)$", text, re.M)}
        for number, body in re.findall(r"^```\{passage\} (\d+)\n(.*?)^```", text, re.M | re.S):
            found[int(number)] = {name: said[name] for name in re.findall(r"\{n\}`([^`]+)`", body) if name in said}
    return found


def missing(passage, notes):
    """Return the notes whose lemma does not stand in a passage."""
    whole = fingerprint.letters(passage)[0]
    return [name for name, lemma in notes.items() if fingerprint.letters(lemma)[0] not in whole]


def report(passages, found=None):
    """Print a table of what is there: passage, words, how much was recognised, which notes found their lemma."""
    notes, known = lemmas(), fingerprint.known()
    print(f"{'passage':>7} {'words':>6} {'recognised':>10}  notes")
    for one in known:
        if one.passage not in passages:
            print(f"{one.passage:>7} {'–':>6} {'not found':>10}")
            continue
        lost = missing(passages[one.passage], notes.get(one.passage, {}))
        match = found[one.passage] if found else collation.collate(passages[one.passage], [one]).get(one.passage)
        number = len(notes.get(one.passage, {}))
        where = f"all {number} found their lemma" if not lost else f"{number - len(lost)} of {number} found their lemma, not: {', '.join(lost)}"
        print(f"{one.passage:>7} {len(fingerprint.words(passages[one.passage])):>6} {match.recognised if match else 0:>10.0%}  {where}")
        for strange in match.strange if match and not match.exact else ():
            print(f"{'':>26} not as in the edition's text: {strange[:90]}{' …' if len(strange) > 90 else ''}")
    print(f"{len(passages)} of {len(known)} passages.")


def take(name):
    known = fingerprint.known()
    found = collation.collate(witness.read(name), known)
    if not found:
        raise CopyError(f"{'standard input' if name == '-' else name} is not the commentary: none of its {len(known)} passages was recognised; what was imported before is as it was")
    passages = {number: match.text for number, match in found.items()}
    store.save(passages)
    report(passages, found)
    print("Now run: make book")


def status():
    passages = store.load()
    if not passages:
        return print("There is no copy of the commentary here. To add yours: python -m edition import FILE")
    report(passages)


def forget():
    print("The copy is deleted. Now run: make book" if store.forget() else "There is no copy of the commentary here.")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m edition", description="Lay your own copy of the commentary beside the restatement, on this machine only.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("import", help="recognise and keep your copy: text, Markdown, HTML or PDF; - reads standard input").add_argument("file", metavar="FILE")
    commands.add_parser("status", help="say what is there")
    commands.add_parser("forget", help="delete it")
    asked = parser.parse_args(arguments)
    try:
        {"import": lambda: take(asked.file), "status": status, "forget": forget}[asked.command]()
    except CopyError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
