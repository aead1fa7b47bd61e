"""The data dictionary: every table, as the data package describes it."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from edition.domain import depend_on_tables
from edition.tables import load, package


class DataDictionaryDirective(SphinxDirective):
    """Every table of the data package, with its columns, their rules, sources, licence and known faults."""

    def run(self):
        depend_on_tables(self.env)
        lines = []
        for name, table in package().items():
            file = f"[`data/{table['path']}`](../data/{table['path']}){{.external}}"
            about = f"{file}, {len(load(name)):,} rows. {table['description']}"
            lines += [f"(table-{name})=", f"## {table['title']}", "", about, ""]
            if faults := table.get("faults"):
                lines += [f"Known faults. {faults}", ""]
            licences, sources = map(linked, (table["licenses"], table["sources"]))
            origin = f"Source: {'; '.join(sources)}. Licence: {', '.join(licences)}."
            lines += ["{.table-source}", origin, "", "| column | type | meaning |", "|---|---|---|"]
            for field in table["schema"]["fields"]:
                values = field.get("constraints", {}).get("enum")
                one_of = f" One of: {', '.join(values)}." if values else ""
                lines.append(f"| `{field['name']}` | {field['type']} | {field['description']}{one_of} |")
            lines.append("")
            for field in table["schema"]["fields"]:  # by which rule a row gets the value
                for value, rule in field.get("rules", {}).items():
                    lines += [f"`{value}`", f": {rule}", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


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
