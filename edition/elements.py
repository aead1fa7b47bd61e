"""An element of HTML as a node of the tree, for what docutils has no node of its own."""

import html

from docutils import nodes


class element(nodes.Element):
    """`tag` is its name, `html` its attributes."""


def make(tag, *children, **attributes):
    """Return an element.

    A text among its children becomes a node, `class_` and `aria_label` are called `class` and `aria-label`;
    an attribute that is True has no value, one that is None is left out.
    """
    given = {name: value for name, value in attributes.items() if value is not None}
    named = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
    return element("", *texts(*children), tag=tag, html=named)


def texts(*parts):
    """Return parts of a paragraph, nodes and texts, as nodes."""
    return [nodes.Text(part) if isinstance(part, str) else part for part in parts]


def between(parts, separator):
    """Return `parts` with a separator between each and the next."""
    return [item for part in parts for item in (separator, part)][1:]


def has_class(node, name):
    return isinstance(node, element) and name in node["html"].get("class", "").split()


def visit(self, node):
    attributes = "".join(
        f" {name}" if value is True else f' {name}="{html.escape(value)}"'
        for name, value in node["html"].items()
    )
    self.body.append(f"<{node['tag']}{attributes}>")


def depart(self, node):
    self.body.append(f"</{node['tag']}>")


def setup(app):
    app.add_node(element, html=(visit, depart))
