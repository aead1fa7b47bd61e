"""The standing issue of the weekly link check.

Opened, edited, opened again and closed, by a `gh` that only notes what it is asked.
"""

import os
import subprocess

import pytest
from conftest import ROOT

GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$ASKED"
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cat "$2" > "$BODY"; fi
  if [ "$1 $2" = "issue list" ]; then printf "$FOUND"; fi
  shift
done
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    report, asked, body = tmp_path / "links.md", tmp_path / "asked", tmp_path / "body"

    def go(outcome, found="", text="Two links are broken.\n"):
        report.write_text(text, encoding="utf-8")
        environment = os.environ | {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "ASKED": str(asked),
            "BODY": str(body),
            "FOUND": found,
        }
        done = subprocess.run(
            [ROOT / ".ci" / "standing-issue", report, outcome],
            env=environment,
            capture_output=True,
            text=True,
        )
        words = (
            [" ".join(line.split()[:3]) for line in asked.read_text().splitlines()[2:]]
            if asked.exists()
            else []
        )
        return done, words, body.read_text(encoding="utf-8") if body.exists() else None

    return go


@pytest.mark.parametrize(
    ("outcome", "found", "asked"),
    [
        ("failure", "", ["issue create --title"]),
        ("failure", "7 OPEN", ["issue edit 7"]),
        ("failure", "7 CLOSED", ["issue edit 7", "issue reopen 7"]),
        ("success", "7 OPEN", ["issue edit 7", "issue close 7"]),
        ("success", "7 CLOSED", ["issue edit 7"]),
        ("success", "", []),
    ],
)
def test_there_is_one_issue_and_it_says_what_the_report_says(run, outcome, found, asked):
    done, words, body = run(outcome, found)
    assert done.returncode == 0, done.stderr
    assert words == asked
    assert body == ("Two links are broken.\n" if asked else None)


def test_a_long_report_is_cut_at_a_line(run):
    line = "Ответ сервера: 404\n"
    done, _, body = run("failure", "7 OPEN", line * 5000)
    assert done.returncode == 0, done.stderr
    kept, told = body.split("\n\n")
    assert set(kept.splitlines()) == {line.strip()} and 50_000 < len(kept.encode()) and len(body) < 65_536
    assert told.startswith("The report is cut here")


@pytest.mark.parametrize("outcome", ["cancelled", "skipped", ""])
def test_a_check_that_did_not_end_changes_nothing(run, outcome):
    done, words, _ = run(outcome, "7 OPEN")
    assert done.returncode == 1 and words == [] and "it must be success or failure" in done.stderr
