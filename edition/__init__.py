"""What a chapter's cells import: the tables, the computations that chapters share, the charts' colours, and `glue`."""

from IPython.display import display

from edition.chart import PALETTE, VOTE_WORDS, bands, colours, spread, staircase
from edition.tables import load
from edition.votes import agreement, ballots, era_of, moves, neighbours, result, tally, vote

__all__ = ["PALETTE", "VOTE_WORDS", "agreement", "ballots", "bands", "colours", "era_of", "glue", "load", "moves", "neighbours", "result", "spread", "staircase", "tally", "vote"]


def glue(**values):
    """Give figures a name by which the prose takes them: {glue:text}`name`.

    Speaks MyST-NB's protocol for glued values, so that a notebook that runs without the book's builder needs nothing of it.
    """
    for name, value in values.items():
        bundle = {"application/papermill.record/text/plain": str(value)}
        display(bundle, raw=True, metadata={"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}})
