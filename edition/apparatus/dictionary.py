"""The data dictionary: every table, as the data package describes it."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from edition.domain import depend_on_tables
from edition.tables import load, package


class DataDictionaryDirective(SphinxDirective):
    """Every table of the data package, with its columns, sources, licence and known faults."""

    def run(self):
        depend_on_tables(self.env)
        lines = []
        for name, table in package().items():
            lines += [
                f"(table-{name})=",
                f"## {table['title']}",
                "",
                f"[`data/{table['path']}`](../data/{table['path']}){{.external}}, {len(load(name)):,} rows. {table['description']}",
                "",
            ]
            if faults := table.get("faults"):
                lines += [f"Known faults. {faults}", ""]
            licences = ", ".join(f"[{licence['title']}]({licence['path']})" for licence in table["licenses"])
            sources = "; ".join(
                f"[{s['title']}]({s['path']})" if "path" in s else s["title"] for s in table["sources"]
            )
            lines += [
                "{.table-source}",
                f"Source: {sources}. Licence: {licences}.",
                "",
                "| column | type | meaning |",
                "|---|---|---|",
            ]
            for field in table["schema"]["fields"]:
                values = field.get("constraints", {}).get("enum")
                lines.append(
                    f"| `{field['name']}` | {field['type']} | {field['description']}{' One of: ' + ', '.join(values) + '.' if values else ''} |"
                )
            lines.append("")
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def source_lines(doctree):
    """Yield (name of a table, paragraph that says where it comes from) for each table that a page describes."""
    return zip(
        package(),
        (
            paragraph
            for paragraph in doctree.findall(nodes.paragraph)
            if "table-source" in paragraph["classes"]
        ),
    )


def setup(app):
    app.add_directive("data-dictionary", DataDictionaryDirective)
