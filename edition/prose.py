"""Figures from the cells for the prose."""

from IPython.display import display


def glue(**values: object) -> None:
    """Give figures a name by which the prose takes them: {glue:text}`name`.

    Speaks MyST-NB's protocol for glued values, so that a notebook that runs without the book's builder needs nothing of it.
    """
    for name, value in values.items():
        bundle = {"application/papermill.record/text/plain": str(value)}
        display(
            bundle,
            raw=True,
            metadata={"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}},
        )
