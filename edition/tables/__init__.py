"""The tables of a book: read, described, checked, and what the cells compute from votes."""

from edition.tables.loading import TableError, home, load, package, read, use

__all__ = ["TableError", "home", "load", "package", "read", "use"]
