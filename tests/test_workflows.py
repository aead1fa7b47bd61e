"""The workflows of .github, and the bot that asks for updates.

Found safe by a linter, and what they name exists.
"""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"
NAMES = sorted(path.name for path in WORKFLOWS.glob("*.yml"))
ZIZMOR = [
    Path(sysconfig.get_path("scripts")) / "zizmor",
    "--quiet",
    "--offline",
    "--no-config",
    "--no-ignores",
    "--strict-collection",
    "--persona=auditor",
]


def lint(folder):
    found = subprocess.run([*ZIZMOR, folder], capture_output=True, text=True)
    return found.returncode, found.stdout + found.stderr


def test_the_linter_finds_nothing():
    code, told = lint(WORKFLOWS.parent)
    assert code == 0, told


@pytest.mark.whole
@pytest.mark.parametrize(
    ("name", "sound", "unsafe", "told"),
    [
        ("book.yml", r"@[0-9a-f]{40} # v[\d.]+", "@v7", "unpinned-uses"),
        ("book.yml", r"run: \.ci/run", "run: echo ${{ github.head_ref }}", "template-injection"),
        ("book.yml", r"contents: read", "contents: write", "undocumented-permissions"),
        ("publish.yml", r"permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("links.yml", r"persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("book.yml", r"pull_request:", "pull_request_target:", "dangerous-triggers"),
        ("release.yml", r"runs-on:", "run-on:", "failed to load"),
    ],
)
def test_the_linter_finds_what_is_unsafe(tmp_path, name, sound, unsafe, told):
    folder = shutil.copytree(WORKFLOWS, tmp_path / ".github" / "workflows")
    text, changed = re.subn(sound, unsafe, (folder / name).read_text())
    (folder / name).write_text(text)
    code, found = lint(tmp_path)
    assert changed and code != 0 and told in found, found


@pytest.mark.parametrize("name", NAMES)
def test_each_action_is_pinned_and_its_version_told(name):
    text = (WORKFLOWS / name).read_text()
    used = re.findall(r"uses: (.*)", text)
    here = re.compile(r"\$/(\S+)( #.*)?")
    assert used and all(
        here.fullmatch(one) or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)
        for one in used
    ), used
    assert all((ROOT / found[1]).is_file() for one in used if (found := here.fullmatch(one)))


def test_an_action_has_one_version_everywhere():
    used = {
        one for name in NAMES for one in re.findall(r"uses: ([^\s$]\S*@.*)", (WORKFLOWS / name).read_text())
    }
    assert len(used) == len({one.partition("@")[0] for one in used}), sorted(used)


def test_the_bot_looks_at_every_lock():
    asked = yaml.safe_load((WORKFLOWS.parent / "dependabot.yml").read_text())["updates"]
    folders = {
        one["package-ecosystem"]: {
            f"{ROOT}{folder}".rstrip("/") for folder in one.get("directories", [one.get("directory")])
        }
        for one in asked
    }
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for kind, lock in [("pip", "requirements.txt"), ("npm", "package-lock.json")]:
        assert folders[kind] == {str((ROOT / path).parent) for path in listed if Path(path).name == lock}
    assert "github-actions" in folders and all(
        one["schedule"] == {"interval": "weekly"} and one["groups"] for one in asked
    )


def jobs():
    """Every job with steps of its own, and the commands that it runs."""
    for name in NAMES:
        for key, job in yaml.safe_load((WORKFLOWS / name).read_text())["jobs"].items():
            if "steps" in job:
                yield f"{name}: {key}", job, [step["run"] for step in job["steps"] if "run" in step]


def test_every_job_ends():
    assert [name for name, job, _ in jobs() if not 0 < job.get("timeout-minutes", 0) <= 90] == []


def test_a_job_that_may_write_builds_nothing():
    writing = [(name, commands) for name, job, commands in jobs() if "write" in job["permissions"].values()]
    assert len(writing) == 3 and not [
        name for name, commands in writing if re.search(r"\bmake\b|\.ci/run|\bpip\b", " ".join(commands))
    ]


def test_what_a_job_runs_exists():
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M)
    for name, _, commands in jobs():
        for program, *words in map(str.split, commands):
            if program == "make":
                assert {word for word in words if "=" not in word} <= set(targets), name
            else:
                assert program in ("cat", "gh", "sudo") or os.access(ROOT / program, os.X_OK), name
