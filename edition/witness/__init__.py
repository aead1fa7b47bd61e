"""A reader's own copy of the commentary: read, recognised, kept, shown beside the restatement, and held back from what is published."""
