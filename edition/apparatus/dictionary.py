"""The data dictionary: every table, as the data package describes it."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from edition.domain import depend_on_tables
from edition.tables import load, package
from edition.tables.description import FIGURES, bounds


class DataDictionaryDirective(SphinxDirective):
    """Every table of the data package, with its columns, their rules, sources, licence and known faults."""

    def run(self):
        depend_on_tables(self.env)
        self.env.metadata[self.env.docname]["dictionary"] = True
        lines = []
        for name, table in package().items():
            file = f"[`data/{table['path']}`](../data/{table['path']}){{.external}}"
            series = whole_series(table)
            rows = ", ".join([f"{len(load(name)):,} rows", *series.values()])
            about = f"{file}, {rows}. {table['description']}"
            lines += [f"(table-{name})=", f"## {table['title']}", "", about, ""]
            if faults := table.get("faults"):
                lines += [f"Known faults. {faults}", ""]
            for one in table.get("breaks", []):  # charts draw no line across one
                lines += [f"Break on {one['from']}. {one['what']}", ""]
            licences, sources = map(linked, (table["licenses"], table["sources"]))
            origin = f"Source: {'; '.join(sources)}. Licence: {', '.join(licences)}."
            lines += ["{.table-source}", origin, "", "| column | type | meaning |", "|---|---|---|"]
            for field in table["schema"]["fields"]:
                meaning = " ".join(
                    [field["description"], *(() if field["name"] in series else may_be(field))]
                )
                lines.append(f"| `{field['name']}` | {field['type']} | {meaning} |")
            lines.append("")
            for field in table["schema"]["fields"]:  # by which rule a row gets the value
                for value, rule in field.get("coding", {}).items():
                    lines += [f"`{value}`", f": {rule}", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def may_be(field):
    """Yield in a sentence what values a column may have, where that is a list, or numbers between bounds."""
    constraints = field.get("constraints", {})
    if "enum" in constraints:
        yield f"One of: {', '.join(constraints['enum'])}."
    if field["type"] in FIGURES and {"minimum", "maximum"} <= constraints.keys():
        yield f"{bounds(constraints).capitalize()}."


def whole_series(table):
    """Return {column: in words from where to where it goes} of the columns of which no number is missing."""
    found = {}
    for rule in table.get("rules", []):
        if rule["rule"] == "series" and "from" in rule and "to" in rule:
            gaps = f" but {', '.join(map(str, rule['without']))}" if rule.get("without") else ""
            found[rule["column"]] = f"each {rule['column']} from {rule['from']} to {rule['to']}{gaps}"
    return found


def linked(items):
    """Return the titles of sources or licences as Markdown, with links where they have addresses."""
    return [f"[{item['title']}]({item['path']})" if "path" in item else item["title"] for item in items]


def source_lines(doctree):
    """Yield (name, paragraph that says where it comes from) for each table that a page describes."""
    paragraphs = doctree.findall(nodes.paragraph)
    # on another page there are none
    return zip(package(), (p for p in paragraphs if "table-source" in p["classes"]), strict=False)


def setup(app):
    app.add_directive("data-dictionary", DataDictionaryDirective)
