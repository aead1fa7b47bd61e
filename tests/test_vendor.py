"""The scripts of others that the pages load: what `make vendor` made.

With the licence of all that is in them.
"""

import hashlib
import json
import re
import subprocess

import pytest
from conftest import ROOT

STATIC = ROOT / "edition" / "web" / "theme" / "static"
RECORD = ROOT / "edition" / "web" / "vendor" / "made.json"
MADE = json.loads(RECORD.read_text(encoding="utf-8"))
GRANT = re.compile(
    r"Permission (is hereby granted|to use, copy, modify)|Redistribution and use in source and binary "
    r"forms|Apache License"
)


def licensed(text):
    """The packages (name and version) that a text of licences has a licence of."""
    parts = text.split("=" * 100 + "\n")[1:]
    return {
        name
        for part in parts
        if GRANT.search(part)
        for name in re.findall(r"^(\S+ [\d.]+) \([^)]+\)$", part.partition("\n\n")[0], re.M)
    }


def faults(read):
    """What is wrong with the files that `read` gives by their names."""
    for name, one in MADE.items():
        if hashlib.sha256(read(name)).hexdigest() != one["sha256"]:
            yield f"{name} is not what make vendor made"
        if missing := set(one.get("packages", [])) - licensed(
            read(name.partition("/")[0] + "/LICENSES.txt").decode()
        ):
            yield f"{name} has no licence of {', '.join(sorted(missing))}"


def read(name):
    return (STATIC / name).read_bytes()


def test_the_scripts_are_what_was_made_and_all_in_them_is_licensed():
    assert list(faults(read)) == [] and sum(len(one.get("packages", [])) for one in MADE.values()) > 50


def test_a_changed_script_and_a_missing_licence_are_found():
    assert list(faults(lambda name: read(name) + b" " * (name == "live/thebe.js"))) == [
        "live/thebe.js is not what make vendor made"
    ]
    without = re.sub(rb"Permission to use, copy, modify", b"Use", read("vega/LICENSES.txt"))
    assert [
        told.partition(",")[0]
        for told in faults(lambda name: without if name == "vega/LICENSES.txt" else read(name))
    ] == ["vega/vega.js has no licence of d3-array 3.2.4", "vega/LICENSES.txt is not what make vendor made"]


def test_each_script_of_others_is_recorded():
    ours = {"live/cells.js", "live/outputs.js"}
    assert {
        path.relative_to(STATIC).as_posix()
        for folder in ("vega", "live", "search")
        for path in (STATIC / folder).glob("*.js")
    } - ours == {name for name in MADE if name.endswith(".js")}


@pytest.mark.whole
def test_make_vendor_gives_the_same_bytes(tmp_path):
    done = subprocess.run(
        ["make", "-s", "--old-file=.venv/test", "vendor", f"INTO={tmp_path}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    shapes = json.loads((ROOT / "data" / "maps.json").read_text(encoding="utf-8"))["maps"]
    assert len(made) == len(MADE) + 1 + len(shapes)
    assert [str(path) for path, content in made.items() if (ROOT / path).read_bytes() != content] == []
