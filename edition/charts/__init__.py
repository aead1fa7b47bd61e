"""The charts: their look, their drawings, and a chart as a figure of the book."""
