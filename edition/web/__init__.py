"""How a page leaves the build: its theme, its policy, the search, the ways to run it and to take it along."""
