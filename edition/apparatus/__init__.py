"""The critical apparatus: passages and their notes, and what is made from them and held to them.

Knows nothing of what decorates a passage.
"""
