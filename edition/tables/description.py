"""`data/datapackage.json`: the tables of a book (Frictionless Data Package), and what is wrong with it."""

import codecs
import json
import re
from functools import cache

FILE = "data/datapackage.json"
FORMS = {  # type -> (pattern of a cell, what that is in words)
    "string": (".+", "a text"),
    "date": (r"\d{4}-\d\d-\d\d", "a date like 2022-10-12"),
    "integer": (r"-?(0|[1-9]\d{0,17})", "a whole number in plain digits, like 1200"),
    "number": (r"-?(0|[1-9]\d{0,14})(\.\d{1,15})?", "a number in plain digits, like 1200.5"),
    "boolean": ("true|false", "true or false"),
}
FIGURES = ("integer", "number")
CONSTRAINTS = ("required", "unique", "enum", "minimum", "maximum", "pattern")  # of those of Table Schema
RULES = {  # rule -> {what it must say: of what kind, as `_wrong_rule` knows them}; what it may say
    "order": ({"columns": "columns of the table"}, {}),
    "series": (
        {"column": "a column of whole numbers"},
        {"from": "a whole number", "to": "a whole number", "without": "numbers"},
    ),
    "jump": ({"column": "a column of numbers"}, {"factor": "a number", "step": "a number"}),
    "whole": ({"column": "a column", "value": "a text", "amount": "a column of numbers"}, {}),
    "alike": (
        {"column": "a column of texts", "day": "a column of dates", "days": "a number", "share": "a number"},
        {},
    ),
    "formula": ({"formula": "a text", "words": "a text"}, {}),
}


class TableError(ValueError):
    """A fault of a table or of the description: where it is, what is wrong and what to do, in one line."""

    def __init__(self, file, message, row=None):
        message = " ".join(message.split())  # whatever a name has in it
        super().__init__(f"{file}: row {row}: {message}" if row else f"{file}: {message}")
        self.file, self.row, self.message = file, row, message


def text(path, file):
    """Return the text of a file that must be UTF-8; `file` is what the reader calls it."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        without = "" if file == FILE else ", or delete the table from datapackage.json"
        raise TableError(file, f"there is no such file; restore it{without}") from None
    except OSError as error:
        raise TableError(file, f"it can't be read ({error.strerror}); put a file there that can") from None
    if b"\0" in raw.partition(b"\n")[0]:
        raise TableError(file, "the file is UTF-16; save it as UTF-8", 1)
    if raw.startswith(codecs.BOM_UTF8):
        raise TableError(file, "the file begins with a byte order mark; save it as UTF-8 without one", 1)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        what = f"byte {raw[error.start]:#x} is not UTF-8; save the file as UTF-8"
        raise TableError(file, what, row) from None


def described(folder):
    """Return the descriptors of the sound tables of `folder` by name, and the faults (TableError) of all."""
    try:
        tables, faults = _described(text(folder / "datapackage.json", FILE))
    except TableError as error:
        return {}, [error]
    return dict(tables), list(faults)


@cache
def _described(source):
    try:
        package = json.loads(source)
    except json.JSONDecodeError as error:
        return {}, [TableError(FILE, f"{error.msg}; correct the JSON", error.lineno)]
    if not isinstance(package, dict) or not isinstance(package.get("resources"), list):
        return {}, [TableError(FILE, 'it has no list "resources"; add one, with an object for each table')]
    shared = {key: package[key] for key in ["licenses"] if key in package}  # where a table has none
    tables, faults = {}, []  # a fault: number of the table, column or None, what is wrong
    for number, resource in enumerate(package["resources"]):
        called = f"number {number + 1}"
        if isinstance(resource, dict):
            resource = shared | resource
            called = resource["name"] if _is_text(resource.get("name")) else called
        wrong = list(_lacks(resource)) or list(_conflicts(resource, tables))
        faults += [(number, column, f"table {called}: {what}") for column, what in wrong]
        if not wrong:
            tables[called] = resource
    if not faults:  # else what a key refers to may be missing for another reason
        loose = {name: key for name in tables if (key := _loose_key(name, tables))}
        what = "table {}: its foreign key {} does not lead from its columns to as many of a table; correct it"
        faults = [(n, None, what.format(name, loose[name])) for n, name in enumerate(tables) if name in loose]
        tables = {name: resource for name, resource in tables.items() if name not in loose}
    return tables, [TableError(FILE, what, _row(source, number, column)) for number, column, what in faults]


def names(resource):
    """Return the names of the columns of a table."""
    return [field["name"] for field in resource["schema"]["fields"]]


def listed(columns):
    """Return the columns of a key as a list: the description may name a single one by itself."""
    return columns if isinstance(columns, list) else [columns]


def keys(resource):
    """Return the lists of columns in which no two rows of a table are alike."""
    schema = resource["schema"]
    unique = [[field["name"]] for field in schema["fields"] if field.get("constraints", {}).get("unique")]
    return list(filter(None, [listed(schema.get("primaryKey", [])), *unique]))


def _is_text(value):
    return isinstance(value, str) and value.strip() != ""


def _lacks(resource):
    """Yield (column or None, what is wrong) for all that every table must say of itself and its columns."""
    if not isinstance(resource, dict):
        yield None, "it is not an object; describe the table between { and }"
        return
    for key in ("name", "path", "title", "description"):
        if not _is_text(resource.get(key)):
            yield None, f"it has no {key}; add one, a text"
    for key, parts in {"sources": ["title"], "licenses": ["title", "path"]}.items():
        entries = resource.get(key)
        if not isinstance(entries, list) or not entries:
            yield None, f"it has no {key}; add a list of objects with {' and '.join(parts)}"
        elif not all(isinstance(e, dict) and all(_is_text(e.get(part)) for part in parts) for e in entries):
            yield None, f"one of its {key} is not an object with {' and '.join(parts)}; correct it"
    if not isinstance(resource.get("rows", 0), int):
        yield None, f"its rows are {resource['rows']!r}; write how many there must be, as a number"
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not fields:
        yield None, 'it has no columns; add "schema": {"fields": [...]}, with an object for each column'
        return
    for number, field in enumerate(fields, 1):
        if not isinstance(field, dict) or not _is_text(field.get("name")):
            yield None, f"column {number} has no name; give it an object with name, type, description"
        else:
            for what in _lacks_of_column(field):
                yield field["name"], f"column {field['name']}: {what}"


def _lacks_of_column(field):
    if field.get("type") not in [*FORMS]:
        yield f"it has the type {field.get('type')!r}; write one of {', '.join(FORMS)}"
    if not _is_text(field.get("description")):
        yield "it has no description; add one, a text"
    constraints = field.get("constraints", {})
    if not isinstance(constraints, dict) or not all(
        isinstance(constraints.get(key, False), bool) for key in ("required", "unique")
    ):
        yield 'its constraints are not like {"required": true}; correct them'
        return
    for key in constraints.keys() - {*CONSTRAINTS}:
        yield f"its constraint {key} is not known here; write one of {', '.join(CONSTRAINTS)}"
    if not isinstance(enum := constraints.get("enum", []), list) or not all(map(_is_text, enum)):
        yield "its enum is not a list of texts; correct it"
    for key in ("minimum", "maximum"):
        if key in constraints and not _is_bound(constraints[key], field.get("type")):
            yield f"its {key} is {constraints[key]!r}; write a number, or of dates a text like 2022-10-12"
    if "pattern" in constraints and not (
        field.get("type") == "string" and _is_pattern(constraints["pattern"])
    ):
        yield f"its pattern is {constraints['pattern']!r}; write a regular expression, of a column of texts"
    decimals = field.get("decimals", 0)
    if not isinstance(decimals, int) or decimals < 0 or "decimals" in field and field.get("type") != "number":
        yield f"its decimals are {decimals!r}; write how many digits may stand behind the point of a number"


def bounds(constraints):
    """Return in words between what a value must lie, or ""."""
    match constraints:
        case {"minimum": low, "maximum": high}:
            return f"from {low} to {high}"
        case {"minimum": low}:
            return f"at least {low}"
        case {"maximum": high}:
            return f"at most {high}"
    return ""


def _is_bound(value, kind):
    if kind == "date":
        return isinstance(value, str) and re.fullmatch(FORMS["date"][0], value) is not None
    return kind in FIGURES and _is_number(value)


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_pattern(value):
    try:
        return bool(re.compile(value).pattern)
    except (re.error, TypeError):
        return False


def _conflicts(resource, tables):
    """Yield (column or None, what is wrong) for a table that says all that it must, but not what may be."""
    path, own, key = resource["path"], names(resource), listed(resource["schema"].get("primaryKey", []))
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", resource["name"]):
        yield None, "its name has more than small letters, digits, and . _ - between them; rename it"
    if resource["name"] in tables:
        yield None, "there is another table of that name; rename one of the two, or delete it"
    if not re.fullmatch(r"[\w.-][\w./-]*", path) or ".." in path.split("/"):
        yield None, f"its path {path!r} is not that of a file in data/, without spaces; put the file there"
    for column in dict.fromkeys(column for column in own if own.count(column) > 1):
        yield column, f"it has two columns {column}; rename one of the two"
    for column in key:
        if column not in own:
            yield None, f"its primaryKey names {column}, which is no column of it; correct it"
    rules = resource.get("rules", [])
    for number, rule in enumerate(rules if isinstance(rules, list) else [rules], 1):
        if what := _wrong_rule(rule, resource["schema"]["fields"]):
            yield None, f"rule {number}: {what}"


def _wrong_rule(rule, fields):
    """Return what is wrong with a rule of a table, or None."""
    if not isinstance(rule, dict) or rule.get("rule") not in [*RULES]:
        return f'it is not like {{"rule": "order", "columns": […]}}; the rules are {", ".join(RULES)}'
    types = {field["name"]: field["type"] for field in fields}
    is_column = {
        "a column": types.get,
        "a column of texts": lambda name: types.get(name) == "string",
        "a column of dates": lambda name: types.get(name) == "date",
        "a column of numbers": lambda name: types.get(name) in FIGURES,
        "a column of whole numbers": lambda name: types.get(name) == "integer",
    }
    right = {
        "a text": _is_text,
        "a number": _is_number,
        "a whole number": lambda value: _is_number(value) and isinstance(value, int),
        "numbers": lambda value: isinstance(value, list) and all(map(_is_number, value)),
        "columns of the table": lambda value: (
            isinstance(value, list) and value and all(name in [*types] for name in value)
        ),
    } | {kind: lambda value, of=of: isinstance(value, str) and of(value) for kind, of in is_column.items()}
    needs, may = RULES[rule["rule"]]
    for key, kind in (needs | may | {"within": "columns of the table"}).items():
        if key in needs and key not in rule or key in rule and not right[kind](rule[key]):
            return f"its {key} is {rule.get(key)!r}; name {kind}"
    if unknown := rule.keys() - {"rule", "within", *needs, *may}:
        return f"it has {', '.join(sorted(unknown))}; delete what {rule['rule']} does not know"
    if rule["rule"] == "jump" and len({"factor", "step"} & rule.keys()) != 1:
        return "it has not one of factor and step; add it"


def _loose_key(name, tables):
    """Return the first foreign key (as JSON) that does not lead from columns to columns, or None."""
    for key in listed(tables[name]["schema"].get("foreignKeys", [])):
        reference = key.get("reference") if isinstance(key, dict) else None
        if not isinstance(reference, dict):
            return json.dumps(key, ensure_ascii=False)
        other = reference.get("resource") or name  # "" is the table itself
        if isinstance(other, str) and other in tables:
            ends = [(name, listed(key.get("fields"))), (other, listed(reference.get("fields")))]
            known = all(column in names(tables[table]) for table, columns in ends for column in columns)
            if known and len(ends[0][1]) == len(ends[1][1]):
                continue
        return json.dumps(key, ensure_ascii=False)
    return None


def _row(source, number, column):
    """Return the row on which the description of table `number` begins, or of its column."""
    place = re.search(r'"resources"\s*:\s*\[', source).end()
    for _ in range(number + 1):
        start = re.compile(r"[\s,]*").match(source, place).end()
        place = json.JSONDecoder().raw_decode(source, start)[1]
    if column:
        name = re.compile(rf'"name"\s*:\s*{re.escape(json.dumps(column, ensure_ascii=False))}')
        if match := name.search(source, source.index('"fields"', start), place):
            start = match.start()
    return source.count("\n", 0, start) + 1
