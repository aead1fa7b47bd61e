"""Code in colour: it is marked by the few kinds that `cells.css` colours, since a mark outweighs a name."""

from pygments.formatters import HtmlFormatter
from pygments.token import Comment, Keyword, Number, Operator, String, Text

COLOURED = Comment, Keyword, Operator.Word, String, Number  # the classes c, k, ow, s and m


def plainer(kind):
    return next((coloured for coloured in COLOURED if kind in coloured), Text)


class Sparse(HtmlFormatter):
    """Writes code as HTML, with a `span` for tokens that are coloured, and one for neighbours of a kind."""

    def format_unencoded(self, tokensource, outfile):
        super().format_unencoded(((plainer(kind), text) for kind, text in tokensource), outfile)


def use(app):
    if app.builder.format == "html":
        app.builder.highlighter.formatter = Sparse


def setup(app):
    app.connect("builder-inited", use)
