"""What a chapter's cells import: the tables, shared computations, the charts' colours, and `glue`.

Each is loaded when it is asked for: the build and the commands ask for none of them.
"""

from importlib import import_module

MODULES = {
    "edition.prose": ["glue"],
    "edition.charts.theme": "PALETTE VOTE_LETTER VOTE_WORDS bands blocks breaks colours key named_lines "
    "number_tiles on_phone spread staircase vote_tiles".split(),
    "edition.charts.maps": ["borders", "hatching", "shapes"],
    "edition.tables": ["load"],
    "edition.tables.sources": ["sources"],
    "edition.tables.votes": "agreement ballots era_of moves neighbours part_of result sides tally "
    "vote".split(),
}
HOMES = {name: module for module, names in MODULES.items() for name in names}
__all__ = list(HOMES)


def __getattr__(name):
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("edition.charts.theme")  # gives each chart of the cells its look, whatever they import
    return getattr(import_module(HOMES[name]), name)
