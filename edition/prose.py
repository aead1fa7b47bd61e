"""Figures from the cells for the prose."""

from IPython.display import display


def glue(**values: object) -> None:
    """Give figures a name by which the prose takes them: {glue:text}`name`.

    Speaks MyST-NB's protocol for glued values, so that a notebook that runs without the book's builder needs
    nothing of it.
    """
    prefix = "application/papermill.record/"
    for name, value in values.items():
        metadata = {"scrapbook": {"name": name, "mime_prefix": prefix}}
        display({f"{prefix}text/plain": str(value)}, raw=True, metadata=metadata)
