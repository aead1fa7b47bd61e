"""The seals of the tables, and `make data`, which renews them."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, resource
from frictionless import Package

from edition import build
from edition.tables import seals

DATA = ROOT / "data"
TABLE = "year,value\n2000,1.5\n2001,2.5\n2002,3.5\n"


def test_each_table_of_this_book_is_sealed():
    for table in json.loads((DATA / "datapackage.json").read_text())["resources"]:
        assert seals.seal((DATA / table["path"]).read_bytes()).items() <= table.items(), "run: make data"
    assert list(seals.broken(DATA)) == []


@pytest.fixture
def book(tmp_path):
    """The folder of a book whose one table is sealed and committed."""
    described = resource("numbers", year="integer", value="number")
    described["schema"]["primaryKey"] = ["year"]
    described["rules"] = [{"rule": "order", "columns": ["year"]}]
    data = tmp_path / "data"
    data.mkdir()
    (data / "numbers.csv").write_text(TABLE)
    (data / "datapackage.json").write_text(json.dumps({"resources": [described]}, indent=2) + "\n")
    assert list(seals.renew(data))
    commit(tmp_path)
    return tmp_path


def commit(folder):
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Tables"]):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", folder, *who, *words], check=True)


def write(book, text):
    (book / "data" / "numbers.csv").write_bytes(text.encode())


def broken(book):
    return list(seals.broken(book / "data"))


def make_data(book):
    """Run what `make data` runs; return its exit status and what it says."""
    command = [sys.executable, "-m", "edition.tables.seals", book]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_table_that_changed_is_told_in_one_line_with_its_first_cell(book):
    assert broken(book) == []
    write(book, TABLE.replace("2.5", "25"))
    assert broken(book) == [
        (
            "data/numbers.csv",
            3,
            "2001: value was '2.5' and is '25'; this is not the table that datapackage.json has the hash of; "
            "if the change is meant, run: make data",
        )
    ]


def test_make_data_says_what_has_changed_cell_by_cell_and_seals_it(book):
    before = (book / "data" / "datapackage.json").read_text()
    write(book, "year,value\n2000,1.5\n2001,25\n2003,4.5\n")
    status, said = make_data(book)
    assert (status, said.splitlines()) == (
        0,
        [
            "data/numbers.csv: sealed",
            "  row 3: 2001: value was '2.5' and is '25'",
            "  row 4: gone: 2002",
            "  row 4: new: 2003",
        ],
    )
    after = (book / "data" / "datapackage.json").read_text()
    lines = [pair for pair in zip(before.split("\n"), after.split("\n"), strict=True) if len({*pair}) > 1]
    assert {re.match(r' *"(\w+)"', line)[1] for pair in lines for line in pair} <= {"bytes", "hash"}
    assert lines and broken(book) == []
    assert make_data(book) == (0, "All tables are as data/datapackage.json has them.\n")


def test_make_data_names_columns_and_rows_that_moved(book):
    described = json.loads((book / "data" / "datapackage.json").read_text())["resources"][0]
    told = list(seals.changes(described, TABLE, "year,amount\n2001,2.5\n2000,1.5\n2002,3.5\n"))
    assert told == [
        (1, "gone: column value"),
        (1, "new: column amount"),
        (2, "2001 stands at another place"),
    ]


def test_a_long_list_of_changes_is_cut(book):
    write(book, TABLE + "".join(f"{year},0.5\n" for year in range(2003, 2060)))
    said = make_data(book)[1].splitlines()
    assert len(said) == seals.SHOWN + 2 and said[-1] == "  … and 17 more"


def test_make_data_writes_nothing_where_a_table_has_a_fault(book):
    before = (book / "data" / "datapackage.json").read_bytes()
    write(book, TABLE.replace("2.5", "much").replace("\n", "\r\n"))
    status, said = make_data(book)
    assert status == 1 and said.splitlines() == [
        "data/numbers.csv:3: value is 'much'; it must be a number in plain digits, like 1200.5",
        "Nothing was sealed.",
    ]
    assert (book / "data" / "datapackage.json").read_bytes() == before
    assert b"\r\n" in (book / "data" / "numbers.csv").read_bytes()


def test_without_git_make_data_says_so(book):
    shutil.rmtree(book / ".git")
    write(book, TABLE.replace("2.5", "25"))
    (place,) = broken(book)
    assert place[1:] == (None, f"{seals.OTHER}; {seals.RENEW}")
    assert (
        "there is no committed version of it (git), so what has changed can't be told" in make_data(book)[1]
    )
    assert broken(book) == []


def test_the_ends_of_lines_that_windows_writes_are_told_and_put_right(book):
    write(book, TABLE.replace("\n", "\r\n"))
    ((_, _, message),) = broken(book)
    assert message.startswith("the lines end in CR LF, as Windows writes them")
    assert make_data(book) == (0, "data/numbers.csv: its lines end in LF again\n" + seals.AS_SEALED + "\n")
    assert (book / "data" / "numbers.csv").read_bytes() == TABLE.encode() and broken(book) == []


def test_git_keeps_the_ends_of_lines(book):
    """As git on Windows checks a table out: with its own ends of lines, were there no .gitattributes."""
    folder, table = book, book / "data" / "numbers.csv"

    def check_out():
        table.unlink()
        subprocess.run(["git", "-C", folder, "-c", "core.autocrlf=true", "checkout", "-q", "."], check=True)
        return table.read_bytes()

    assert b"\r\n" in check_out()
    shutil.copy(ROOT / ".gitattributes", folder)
    assert check_out() == TABLE.encode()


def test_a_package_has_seals_for_all_of_its_tables_or_for_none(book):
    path = book / "data" / "datapackage.json"
    package = json.loads(path.read_text())
    package["resources"].append(resource("others", year="integer"))
    path.write_text(json.dumps(package, indent=2))
    (book / "data" / "others.csv").write_text("year\n2000\n")
    assert broken(book) == [
        ("data/others.csv", None, f"the table has no hash in datapackage.json; {seals.RENEW}")
    ]
    for table in package["resources"]:
        table.pop("hash", None)
    path.write_text(json.dumps(package, indent=2))
    assert broken(book) == []


def test_other_programs_know_the_seals(book):
    assert Package(str(book / "data" / "datapackage.json")).validate().valid
    write(book, TABLE.replace("2.5", "4.5"))
    report = Package(str(book / "data" / "datapackage.json")).validate()
    assert report.flatten(["type"]) == [["hash-count"]]


def test_a_seal_is_no_reason_to_read_all_anew(book):
    before = build.inputs(book)
    write(book, TABLE.replace("2.5", "25"))
    assert list(seals.renew(book / "data"))
    assert build.outdated(before, build.inputs(book)) == ["data/numbers.csv", "data/seals"]


def test_a_build_stops_at_a_table_that_nobody_has_sealed(small_book, tmp_path, book):
    shutil.copytree(book / "data", tmp_path / "source" / "data")
    (tmp_path / "source" / "data" / "numbers.csv").write_text(TABLE.replace("2.5", "25"))
    told, page = small_book("Text.")
    message = f"{seals.OTHER}; {seals.RENEW}"
    assert page is None and len(told) == 1 and told[0].endswith(message)
    assert told[0].startswith("data/numbers.csv:")
