"""Time this edition against a default Jupyter Book of the same chapters, in one run: `make bench`.

Prints two tables in Markdown, writes them as `_build/benchmarks.json`, and fails when a budget is missed.
"""

import json
import platform
import re
import shutil
import sys
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from books import BIN, ROOT, build_default, build_edition, copy, default, grown
from measure import run

from edition.tables import seals

RUNS = 3  # of each scenario, the two books in turn; the median counts
SIZES = (10, 50, 100)  # chapters of the books that grow, each built once
COLD, PROSE, TABLE, LINEAR, MEGABYTES = 0.35, 0.8, 0.25, 1.1, 400  # the budgets
# the one that is touched; its chart `oil-output` shows each row of data/oil.csv
CHAPTER = "chapters/2000s-oil-pays-for-a-place"


def cold(folder, build, number):
    shutil.rmtree(folder / "_build", ignore_errors=True)
    return build(folder)


def prose(folder, build, number):
    sentence = f"This sentence was added as number {number}."
    with Path(folder, f"{CHAPTER}.md").open("a") as chapter:
        chapter.write(f"\n{sentence}\n")
    done = build(folder)
    if sentence not in page(folder):
        raise SystemExit(f"{folder.name}: the page lacks the sentence that was added to its chapter.")
    return done


def table(folder, build, number):
    """Change one value; return the run that counts, and whether the chart followed without a full one.

    Of the default book the full run counts.
    """
    value, before = f"{95 + number}.4", chart(folder)
    path = folder / "data/oil.csv"
    path.write_text(re.sub(r"^2023,[\d.]+,", f"2023,{value},", path.read_text(), flags=re.M))
    list(seals.renew(folder / "data"))
    usual = build(folder)
    right = chart(folder) != before and value in page(folder)
    full = usual if build is build_edition else build(folder, "--all")
    if build is build_default and value not in chart(folder):
        raise SystemExit(
            "The default book's chart lacks the changed value even after a full build; does it still show "
            "data/oil.csv?"
        )
    return full, usual, right


def rounds(books, step):
    """Do a step with each book in turn; return for each book what came of it."""
    return zip(
        *[[step(folder, build, number) for folder, build in books] for number in range(RUNS)], strict=True
    )


def compare(what, ours, theirs, budget):
    one, other = (median(done.seconds for done in runs) for runs in (ours, theirs))
    return {
        "what": what,
        "edition": one,
        "default": other,
        "ratio": one / other,
        "budget": budget,
        "met": one <= budget * other,
    }


def ratios(books):
    (edition, _), (plain, _) = books
    ours, theirs = rounds(books, cold)
    charts = count(edition, '<figure class="chart"'), count(plain, "schema/vega-lite/v")
    if charts[0] != charts[1] or not charts[0] or Path(plain, "_build/html/reports").exists():
        raise SystemExit(
            f"{theirs[-1].log}\nThere are {charts[0]} charts in this edition, {charts[1]} in the default "
            "book; see which of its cells failed."
        )
    yield compare("cold build", ours, theirs, COLD) | {
        "megabytes": max(done.megabytes for done in ours),
        "note": f"{charts[1]} charts and {theirs[-1].log.count('WARNING: ')} warnings in the default book",
    }
    yield compare("one chapter's prose touched", *rounds(books, prose), PROSE)
    (ours, _, right), (theirs, usual, fresh) = (zip(*runs, strict=True) for runs in rounds(books, table))
    row = compare("one table touched (default: full rebuild)", ours, theirs, TABLE)
    row |= {
        "met": row["met"] and all(right),
        "right": all(right),
        "default_usual": median(done.seconds for done in usual),
        "default_stale": not any(fresh),
    }
    words = {True: "the chart is right", False: "**the chart is stale**"}
    yield row | {
        "note": f"{words[row['right']]}; after the default's usual build, {row['default_usual']:.2f}, "
        f"{words[not row['default_stale']]}"
    }
    yield {"what": "nothing changed", "edition": median(build_edition(edition).seconds for _ in range(RUNS))}


def growth(folder):
    rows = []
    for chapters in SIZES:
        done = build_edition(book := grown(folder / f"grown-{chapters}", chapters))
        if (drawn := count(book, '<figure class="chart"')) != 2 * chapters:
            raise SystemExit(f"The book of {chapters} chapters has {drawn} charts instead of {2 * chapters}.")
        rows.append(
            {
                "chapters": chapters,
                "seconds": done.seconds,
                "each": round(done.seconds / chapters, 3),
                "megabytes": done.megabytes,
            }
        )
    return [
        row | {"met": row["each"] <= LINEAR * rows[0]["each"] and row["megabytes"] < MEGABYTES}
        for row in rows
    ]


def count(folder, sign):
    return sum(path.read_text(encoding="utf-8").count(sign) for path in folder.glob("_build/html/**/*.html"))


def page(folder):
    return Path(folder, f"_build/html/{CHAPTER}.html").read_text(encoding="utf-8")


def chart(folder):
    """Return how the page has the chart: drawn in this edition, a line of JSON in a default book."""
    return re.search(r'id="fig-oil-output".*?</svg>|[^\n]*"name": "oil-output"[^\n]*', page(folder), re.S)[0]


def report(results):
    verdict = {True: "met", False: "**missed**"}
    yield (
        f"{results['machine']}. Seconds; medians of {RUNS} runs, the two books in turn; each book that grows "
        "once.\n"
    )
    yield "| | this edition | default | ratio | budget | |\n|---|---:|---:|---:|---:|---|"
    for row in results["ratios"]:
        numbers = [f"{row[name]:.2f}" if name in row else "" for name in ("edition", "default", "ratio")]
        yield (
            f"| {row['what']} | {' | '.join(numbers)} | {row.get('budget', '')} | "
            f"{'; '.join(filter(None, [verdict.get(row.get('met')), row.get('note')]))} |"
        )
    yield (
        f"\n| chapters | seconds | a chapter (at most {LINEAR} times the first) | peak memory (below "
        f"{MEGABYTES} MB) | |\n|---|---:|---:|---:|---|"
    )
    for row in results["growth"]:
        yield (
            f"| {row['chapters']} | {row['seconds']:.1f} | {row.get('each', '')} | {row['megabytes']:.0f} | "
            f"{verdict[row['met']]} |"
        )


def main():
    if not Path("/proc/self/smaps_rollup").exists():
        return (
            "This system does not say how much memory processes share (/proc/*/smaps_rollup); run the "
            "benchmarks on Linux."
        )
    versions = [
        f"{name} {version(name)}" for name in ("jupyter-book", "sphinx", "myst-nb", "altair", "pandas")
    ]
    with TemporaryDirectory() as folder:
        folder = Path(folder).resolve()
        books = [(copy(folder / "edition"), build_edition), (default(folder / "default"), build_default)]
        for book, _ in books:
            run(
                [
                    BIN / "python",
                    "-c",
                    f"import edition; assert edition.__path__ == [{str(book / 'edition')!r}], edition",
                ],
                book,
            )
        results = {"ratios": list(ratios(books)), "growth": growth(folder)}
    results["machine"] = ", ".join([f"{cpu_count()} cores", f"Python {platform.python_version()}", *versions])
    first = results["ratios"][0]
    results["growth"].append(
        {
            "chapters": "this edition",
            "seconds": first["edition"],
            "megabytes": first["megabytes"],
            "met": first["megabytes"] < MEGABYTES,
        }
    )
    (ROOT / "_build").mkdir(exist_ok=True)
    (ROOT / "_build/benchmarks.json").write_text(json.dumps(results, indent=2) + "\n")
    print("\n".join(report(results)))
    missed = sum(row.get("met") is False for row in [*results["ratios"], *results["growth"]])
    return f"{missed} of the budgets missed." if missed else 0


sys.exit(main())
