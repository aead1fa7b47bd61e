"""The markup of each page is sound: html-validate finds nothing."""

import json
from collections import defaultdict

import node
from conftest import HTML, ROOT, pages


def validate(paths, report):
    """What html-validate finds: {path: [line: rule: what is wrong]}."""
    # to a file: it ends before a pipe has taken all that it says
    node.run(
        "html-validate/bin/html-validate.mjs",
        f"--config={ROOT}/tests/htmlvalidate.cjs",
        f"--formatter=json={report}",
        *paths,
    )
    faults = defaultdict(list)
    for page in json.loads(report.read_text()):
        for fault in page["messages"]:
            faults[page["filePath"]].append(f"{fault['line']}: {fault['ruleId']}: {fault['message']}")
    return faults


def test_html_validate_finds_nothing(tmp_path):
    assert validate([HTML / page for page in pages()], tmp_path / "report.json") == {}


PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body><h1>A '
    "page</h1>\n{}\n</body></html>\n"
)
FAULTS = {
    "close-order": "<p><b>bold</p></b>",
    "element-permitted-content": "<p>text</p><ul><p>item</p></ul>",
    "no-dup-attr": '<p class="a" class="b">text</p>',
    "no-dup-id": '<p id="a">text</p><p id="a">text</p>',
    "no-implicit-button-type": "<button>press</button>",
    "no-inline-style": '<p style="color: red">text</p>',
    "deprecated": "<blink>text</blink>",
    "wcag/h30": '<a href="#top"></a>',
}
ACCEPTED = 'text \n<br /><script defer="defer" src="a.js"></script><a download="" href="a.csv">table</a>'


def test_html_validate_finds_each_fault_and_accepts_what_no_reader_sees(tmp_path):
    for name, markup in (FAULTS | {"accepted": ACCEPTED}).items():
        (tmp_path / f"{name.replace('/', '-')}.html").write_text(PAGE.format(markup))
    found = validate(sorted(tmp_path.glob("*.html")), tmp_path / "report.json")
    for name in FAULTS:
        assert any(
            f" {name}: " in fault for fault in found[str(tmp_path / f"{name.replace('/', '-')}.html")]
        ), name
    assert str(tmp_path / "accepted.html") not in found
