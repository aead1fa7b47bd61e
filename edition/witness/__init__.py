"""A reader's own copy of the commentary.

It is read, recognised, kept, shown beside the restatement, and held back from what is published.
"""
