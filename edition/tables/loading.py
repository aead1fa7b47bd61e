"""The tables of a book: the CSV files in `data/`, typed as `data/datapackage.json` describes them.

A table has a row a line, in UTF-8, and a cell has nothing but what it says: no space before or after it, no
character that nobody sees, a number in plain digits. So all programs read the same from it.
"""

import csv
import re
from datetime import date
from pathlib import Path
from unicodedata import is_normalized

import pandas as pd

from edition.tables import description
from edition.tables.description import TableError

PACKAGE = Path(__file__).resolve().parents[1]
DATA: Path | None = None  # the folder of the tables, once `use` has named one
JOINERS = "\u200c\u200d"  # nobody sees them, but some scripts are not written without them
FORMULA = "=+-@"  # with these one begins in a spreadsheet


def use(folder: Path | None) -> None:
    """Take the tables from `folder` from now on, or with None from where `home` looks for them."""
    global DATA
    DATA = folder


def home() -> Path:
    """Return the folder of the tables: that in use, the nearest `data/` upwards, or the package's own."""
    around = (folder / "data" for folder in (Path.cwd(), *Path.cwd().parents))
    nearest = (folder for folder in around if (folder / "datapackage.json").is_file())
    places = (PACKAGE / "data", PACKAGE.parent / "data")  # the first: installed without the book
    own = (folder for folder in places if folder.is_dir())
    return DATA or next(nearest, None) or next(own, Path("data"))


def package(folder: Path | None = None) -> dict[str, dict]:
    """Return the descriptors of the tables in `folder`, by name; raise TableError where one is wrong."""
    tables, faults = description.described(folder or home())
    if faults:
        raise faults[0]
    return tables


def load(name: str, folder: Path | None = None) -> pd.DataFrame:
    """Return table `name` as a DataFrame.

    Dates become timestamps, texts with a list of permitted values ordered categories in that order, whole
    numbers of which some are missing `Int64`. Raises TableError, with file and row, where the table or its
    description is wrong.
    """
    folder = folder or home()
    resources = package(folder)
    if name not in resources:
        raise TableError(description.FILE, f"no table {name!r}; it has {', '.join(resources) or 'none'}")
    table, faults = read(resources[name], folder)
    if faults:
        raise faults[0]
    return table


def read(resource: dict, folder: Path) -> tuple[pd.DataFrame | None, list[TableError]]:
    """Return the table that `resource` describes, or None, and the first fault of each kind and column."""
    file, fields = f"data/{resource['path']}", resource["schema"]["fields"]
    names = description.names(resource)
    try:
        header, *lines = _lines(folder / resource["path"], file)
    except TableError as error:
        return None, [error]
    if wrong := _wrong_header(header, names):
        return None, [TableError(file, wrong, 1)]
    rows, wrong = {}, {}
    for number, line in enumerate(lines, 2):
        rows[number] = values = cells_of(line)
        if what := _wrong_row(line, values, len(names)):
            wrong[number] = what
            del rows[number]
    texts = pd.DataFrame(list(rows.values()), index=list(rows), columns=names, dtype="str")
    faults = [first(file, wrong)]
    for field in fields:
        column = texts[field["name"]]
        wrong = {cell: what for cell in column.unique() if (what := _wrong_cell(cell, field))}
        places = column[column.isin(list(wrong))].items()
        faults.append(first(file, {row: f"{field['name']} {wrong[cell]}" for row, cell in places}))
    for key in description.keys(resource):
        again = texts[texts.duplicated(key) & (texts[key] != "").any(axis=1)][key]
        said = again.agg(", ".join, axis=1) if len(again) else {}
        twice = "is there twice; delete one of the two rows"
        faults.append(first(file, {row: f"{what} {twice}" for row, what in said.items()}))
    if faults := sorted(filter(None, faults), key=lambda fault: fault.row):
        return None, faults
    if (due := resource.get("rows", len(texts))) != len(texts):
        remedy = 'add or delete rows, or correct "rows" in datapackage.json'
        return None, [TableError(file, f"there are {len(texts)} rows instead of {due}; {remedy}")]
    texts = texts.reset_index(drop=True)
    return pd.DataFrame({field["name"]: _typed(texts[field["name"]], field) for field in fields}), []


def first(file, wrong):
    """Return the first of several faults ({row: what}), which says how many more there are; or None."""
    if not wrong:
        return None
    row = min(wrong)
    more = {0: "", 1: " (and 1 more row)"}.get(len(wrong) - 1, f" (and {len(wrong) - 1} more rows)")
    return TableError(file, wrong[row] + more, row)


def _lines(path, file):
    """Return the lines of a table, with either of the two ends of a line that RFC 4180 and Unix know."""
    text = description.text(path, file)
    if not text:
        raise TableError(file, "the file is empty; restore it")
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def cells_of(line):
    """Return the cells of a line, or None where its quotation marks are not in pairs."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None


def _wrong_header(line, names):
    cells = cells_of(line) or []
    if cells == names:
        return None
    lacking = [f"no column {name}" for name in names if name not in cells]
    unknown = [f"an unknown column {cell!r}" for cell in cells if cell not in names]
    what = ", ".join(lacking + unknown) or "the columns in another order, or one twice"
    return f"{what}; datapackage.json expects {', '.join(names)}"


def _wrong_row(line, cells, count):
    if not line:
        return "the row is empty; delete it"
    if re.match(r"<{7} |={7}$|>{7} ", line):
        return "two versions of the table stand here, which git could not make one of; keep one of them"
    if line.count('"') % 2:
        return "a quotation mark here has no counterpart; close the cell, and write the row on one line"
    if cells is None:
        return "a quotation mark closes a cell before its end; within a cell write it twice"
    if len(cells) > count:
        remedy = "write a number with a decimal point, put a text with a comma in quotation marks"
        return f"{len(cells)} cells instead of {count}; {remedy}"
    if len(cells) < count:
        return f"{len(cells)} cells instead of {count}; add what is missing, or a comma for each empty cell"


def _wrong_cell(cell, field):
    """Return what is wrong with a cell and what to do, or None."""
    constraints, (pattern, expected) = field.get("constraints", {}), description.FORMS[field["type"]]
    shown = repr(cell if len(cell) < 50 else f"{cell[:48]}…")
    if not cell.strip() and constraints.get("required"):
        return f"is {shown}; it must be filled in"
    if not cell:
        return None
    if cell != cell.strip() or "  " in cell:
        where = "before or after it" if cell != cell.strip() else "behind another"
        return f"is {shown}, with a space {where}; delete the space"
    if unseen := [c for c in cell if not c.isprintable() and c not in JOINERS]:
        before = cell[: cell.index(unseen[0])][-20:]
        what = f"a character that nobody sees, {unseen[0]!r}, after {before!r}"
        return f"has {what}; delete it, or write a plain space"
    if not is_normalized("NFC", cell):
        return f"is {shown}, with a letter and its accent as two characters; write them as one"
    if "enum" in constraints and cell not in constraints["enum"]:
        return f"is {shown}; it must be one of {', '.join(constraints['enum'])}"
    if not re.fullmatch(pattern, cell) or field["type"] == "date" and not _is_day(cell):
        return f"is {shown}; it must be {expected}"
    if field["type"] == "string" and cell[0] in FORMULA:
        return f"is {shown}, which a spreadsheet takes for a formula; begin it with another character"
    return _out_of_bounds(cell, field, constraints, shown)


def _out_of_bounds(cell, field, constraints, shown):
    low, high = constraints.get("minimum"), constraints.get("maximum")
    value = (
        float(cell) if field["type"] in description.FIGURES else cell
    )  # dates have the order of their texts
    if low is not None and value < low or high is not None and value > high:
        return f"is {shown}; it must be {description.bounds(constraints)}"
    if "decimals" in field and len(cell.partition(".")[2]) > field["decimals"]:
        return f"is {shown}; it must have at most {field['decimals']} digits behind the point"
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], cell):
        return f"is {shown}; it must have the form {constraints['pattern']} (a regular expression)"
    return None


def _is_day(cell):
    try:
        return bool(date.fromisoformat(cell))
    except ValueError:
        return False


def _typed(column, field):
    """Return a column of sound cells as the type of its field."""
    filled = column.where(column != "")
    enum, whole = field.get("constraints", {}).get("enum"), filled.notna().all()
    match field["type"]:
        case "date":
            return pd.to_datetime(filled, format="%Y-%m-%d")
        case "integer":
            return filled.astype("int64" if whole else "Int64")
        case "number":
            return filled.astype("float64")
        case "boolean":
            return filled.map({"true": True, "false": False}).astype("bool" if whole else "boolean")
        case _ if enum:
            return pd.Series(pd.Categorical(filled, enum, ordered=True))
    return column
