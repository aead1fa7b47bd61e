"""An element of HTML as a node of the tree, for what docutils has no node of its own."""

import html

from docutils import nodes


class element(nodes.Element):
    """`tag` is its name, `html` its attributes. Other formats than HTML have its children alone."""


def make(tag, *children, **attributes):
    """Return an element.

    A text among its children becomes a node, `class_` and `aria_label` are called `class` and `aria-label`;
    an attribute that is True has no value, one that is None is left out.
    """
    given = {name: value for name, value in attributes.items() if value is not None}
    named = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
    children = (nodes.Text(child) if isinstance(child, str) else child for child in children)
    return element("", *children, tag=tag, html=named)


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


def pass_by(self, node):
    """What other formats than HTML do with a node of the edition: its children alone stand there."""


def setup(app):
    app.add_node(element, html=(visit, depart))
