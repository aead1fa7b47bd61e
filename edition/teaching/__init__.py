"""What a class takes from the book: handouts, the ledger as a question bank, links for a course."""
