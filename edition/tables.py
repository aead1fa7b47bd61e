"""The tables of `data/`, typed as `data/datapackage.json` describes them (Frictionless Data Package)."""

import json
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
DATA = None  # the folder of the tables, once `use` has named one


def use(folder):
    """Take the tables from `folder` from now on, or with None from where `home` looks for them."""
    global DATA
    DATA = folder


def home():
    """Return the folder of the tables: the one in use, the nearest `data/` from the current folder upwards, or the package's own."""
    around = (folder / "data" for folder in (Path.cwd(), *Path.cwd().parents))
    nearest = (folder for folder in around if (folder / "datapackage.json").is_file())
    own = (folder for folder in (HERE / "data", HERE.parent / "data") if folder.is_dir())  # the first: installed without the book
    return DATA or next(nearest, None) or next(own, Path("data"))


class TableError(ValueError):
    """A table that is not what the data package says: one line with the file, the row and what to do."""


def package(folder=None):
    """Return the resources of the data package in `folder`, a dict of name to descriptor."""
    path = (folder or home()) / "datapackage.json"
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError(f"{path}: there is no such file; restore it") from None
    except json.JSONDecodeError as error:
        raise TableError(f"data/datapackage.json: row {error.lineno}: {error.msg}; correct the JSON") from None
    return {resource["name"]: resource for resource in descriptor["resources"]}


def load(name, folder=None):
    """Return table `name` as a DataFrame.

    Dates become timestamps, fields with a list of permitted values become ordered categories in that order,
    whole numbers that may be missing become `Int64`. Raises TableError, with the file and the row, on a column, code, type or key that
    the data package does not allow.
    """
    folder = folder or home()
    resources = package(folder)
    if name not in resources:
        raise TableError(f"data/datapackage.json: no table {name!r}; it has {', '.join(resources)}")
    resource = resources[name]
    fields = resource["schema"]["fields"]
    try:
        text = pd.read_csv(folder / resource["path"], dtype=str, keep_default_na=False, skip_blank_lines=False, index_col=False, on_bad_lines="error")
    except FileNotFoundError:
        raise TableError(f"data/{resource['path']}: there is no such file; restore it, or delete the table from datapackage.json") from None
    except UnicodeDecodeError as error:
        raise TableError(f"data/{resource['path']}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise TableError(f"data/{resource['path']}: {str(error).strip()}; correct the commas or quotation marks of that line") from None
    expected = [field["name"] for field in fields]
    if list(text.columns) != expected:
        raise TableError(f"data/{resource['path']}: row 1: columns {', '.join(text.columns)}; datapackage.json expects {', '.join(expected)}")
    table = pd.DataFrame({field["name"]: _typed(text[field["name"]], field, resource["path"]) for field in fields})
    key = resource["schema"].get("primaryKey")
    if key and (twice := table.duplicated(key)).any():
        row = twice.idxmax()
        what = ", ".join(str(text.at[row, column]) for column in key)
        raise TableError(f"data/{resource['path']}: row {row + 2}: {what} is there twice; delete one of the two rows")
    return table


def _typed(column, field, path):
    """Return `column` (strings) as the type of `field`, or raise TableError at the first cell that is not of it."""
    constraints = field.get("constraints", {})
    filled = column != ""

    def refuse(bad, expected):
        if bad.any():
            row = bad.idxmax()
            raise TableError(f"data/{path}: row {row + 2}: {field['name']} is {column[row]!r}; it must be {expected}")

    if constraints.get("required"):
        refuse(~filled, "filled in")
    if "enum" in constraints:
        refuse(filled & ~column.isin(constraints["enum"]), "one of " + ", ".join(constraints["enum"]))
        return pd.Categorical(column.where(filled), categories=constraints["enum"], ordered=True)
    match field["type"]:
        case "date":
            typed = pd.to_datetime(column.where(filled), format="%Y-%m-%d", errors="coerce")
            refuse(filled & typed.isna(), "a date like 2022-10-12")
        case "integer":
            typed = pd.to_numeric(column.where(filled), errors="coerce")
            refuse(filled & (typed.isna() | (typed % 1 != 0)), "a whole number")
            typed = typed.astype("Int64" if not filled.all() else "int64")
        case "number":
            typed = pd.to_numeric(column.where(filled), errors="coerce")
            refuse(filled & typed.isna(), "a number")
        case "boolean":
            refuse(~column.isin(["true", "false"]), "true or false")
            typed = column == "true"
        case _:
            typed = column
    return typed
