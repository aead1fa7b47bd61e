"""Runs the cells of the chapters, each chapter in a kernel of its own. Knows nothing of the edition."""
