"""What a class takes from the book: a handout for each chapter, the ledger as questions, links for a course."""
