"""The reader's own copy of the commentary: python -m edition import FILE, status, forget."""

import argparse
import re
import sys

from edition import build
from edition.witness import collation, fingerprint, readers, store
from edition.witness.readers import CopyError


def lemmas(folder=build.ENGINE.parent / "chapters"):
    """Return {passage: {note: lemma}} as the chapters have them."""
    found = {}
    for chapter in sorted(folder.glob("*.md")):
        text = chapter.read_text(encoding="utf-8")
        said = {
            name: lemma.strip('"')
            for name, lemma in re.findall(
                r"^```\{annotation\} (\S+)\n(?::\w+: .*\n)*?:lemma: (.*)$", text, re.M
            )
        }
        for number, body in re.findall(r"^```\{passage\} (\d+)\n(.*?)^```", text, re.M | re.S):
            found[int(number)] = {
                name: said[name] for name in re.findall(r"\{n\}`([^`]+)`", body) if name in said
            }
    return found


def missing(passage, notes):
    """Return the notes whose lemma does not stand in a passage."""
    whole = fingerprint.folded(passage)
    return [name for name, lemma in notes.items() if fingerprint.folded(lemma) not in whole]


def report(passages, matches=None):
    """Print what is there: passage, words, how much was recognised, which notes found their lemma."""
    notes, known = lemmas(), fingerprint.known()
    print(f"{'passage':>7} {'words':>6} {'recognised':>10}  notes")
    for one in known:
        if one.passage not in passages:
            print(f"{one.passage:>7} {'–':>6} {'not found':>10}")
            continue
        text, noted = passages[one.passage], notes.get(one.passage, {})
        match = (matches or collation.collate(text, [one])).get(one.passage)
        lost = missing(text, noted)
        where = f"all {len(noted)} found their lemma"
        if lost:
            where = f"{len(noted) - len(lost)} of {len(noted)} found their lemma, not: {', '.join(lost)}"
        number = len(fingerprint.words(text))
        print(f"{one.passage:>7} {number:>6} {match.recognised if match else 0:>10.0%}  {where}")
        for strange in match.strange if match else ():
            print(f"{'':>26} not as in the edition's text: {strange[:90]}{' …' if len(strange) > 90 else ''}")
    print(f"{len(passages)} of {len(known)} passages.")


def take(name, replace=False):
    """Keep the passages of a file, unless some that are there would be lost."""
    known, title = fingerprint.known(), readers.title(name)
    matches = collation.collate(readers.read(name), known)
    if not matches:
        raise CopyError(
            f"{title} is not the commentary: none of its {len(known)} passages was recognised; "
            "what was imported before is as it was"
        )
    if not replace and (lost := sorted(store.load().keys() - matches.keys())):
        missed = ", ".join(map(str, lost))
        raise CopyError(
            f"{title} has {len(matches)} of {len(known)} passages, and not {missed}, "
            "which the copy here has; give one with all of them, "
            "or take this one in its place: .venv/bin/python -m edition import --replace FILE"
        )
    passages = {number: match.text for number, match in matches.items()}
    store.save(passages)
    report(passages, matches)
    print("Now run: make book")


def status():
    for path in store.unfinished():
        print(
            f"An import was stopped at its last step, and left words of the commentary in {path}. "
            "To delete them, with the copy: .venv/bin/python -m edition forget"
        )
    if passages := store.load():
        report(passages)
    else:
        print(
            "There is no copy of the commentary here. To add yours: .venv/bin/python -m edition import FILE"
        )


def forget():
    built = store.FILE.parent.parent / "_build"
    with build.alone(built):  # a build that is under way ends before, and none begins
        if store.FILE.exists() or list(store.unfinished()):
            build.discard(built)  # what was built with it
        deleted = store.forget()
    done = "The copy is deleted. What was built with it is deleted, too; to build the book: make book"
    print(done if deleted else "There is no copy of the commentary here.")


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m edition",
        description="Lay your own copy of the commentary beside the restatement, on this machine only.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser(
        "import", help="recognise and keep your copy: text, Markdown, HTML or PDF; - reads standard input"
    )
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--replace", action="store_true", help="even if the copy here has more passages")
    commands.add_parser("status", help="say what is there")
    commands.add_parser("forget", help="delete it")
    asked = parser.parse_args(arguments)
    sys.stdout.reconfigure(errors="replace")  # a terminal may not have all the letters of a copy
    try:
        if asked.command == "import":
            take(asked.file, asked.replace)
        else:
            {"status": status, "forget": forget}[asked.command]()
    except (CopyError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
