"""The reader's own copy of the commentary: python -m edition import FILE, status, forget."""

import argparse
import re
import sys

from edition import build
from edition.witness import collation, fingerprint, readers, store
from edition.witness.facing import stands_in
from edition.witness.readers import CopyError

ANNOTATION = re.compile(r"^```\{annotation\} (\S+)\n(?::\w+: .*\n)*?:lemma: (.*)$", re.M)
PASSAGE = re.compile(r"^```\{passage\} (\d+)\n(.*?)^```", re.M | re.S)


def lemmas(folder=build.ENGINE.parent / "chapters"):
    """Return {passage: {note: lemma}} as the chapters have them."""
    by_passage = {}
    for chapter in sorted(folder.glob("*.md")):
        text = chapter.read_text(encoding="utf-8")
        by_note = {name: lemma.strip('"') for name, lemma in ANNOTATION.findall(text)}
        for number, body in PASSAGE.findall(text):
            markers = re.findall(r"\{n\}`([^`]+)`", body)
            by_passage[int(number)] = {name: by_note[name] for name in markers if name in by_note}
    return by_passage


def missing(passage, notes):
    """Return the notes whose lemma does not stand in a passage."""
    whole = fingerprint.folded(passage)
    return [name for name, lemma in notes.items() if not stands_in(lemma, whole)]


def report(passages, matches=None):
    """Print what is there: passage, words, how much was recognised, which notes found their lemma."""
    notes, known = lemmas(), fingerprint.known()
    print(f"{'passage':>7} {'words':>6} {'recognised':>10}  notes")
    for print_ in known:
        number = print_.passage
        if number not in passages:
            print(f"{number:>7} {'–':>6} {'not found':>10}")
            continue
        text, lemmas_here = passages[number], notes.get(number, {})
        match = (matches or collation.collate(text, [print_])).get(number)
        total, lost = len(lemmas_here), missing(text, lemmas_here)
        where = f"all {total} found their lemma"
        if lost:
            where = f"{total - len(lost)} of {total} found their lemma, not: {', '.join(lost)}"
        words = len(fingerprint.words(text))
        print(f"{number:>7} {words:>6} {match.recognised if match else 0:>10.0%}  {where}")
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
        hint = "To add yours: .venv/bin/python -m edition import FILE"
        print(f"There is no copy of the commentary here. {hint}")


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
    options = parser.parse_args(arguments)
    sys.stdout.reconfigure(errors="replace")  # a terminal may not have all the letters of a copy
    try:
        if options.command == "import":
            take(options.file, options.replace)
        else:
            {"status": status, "forget": forget}[options.command]()
    except (CopyError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
