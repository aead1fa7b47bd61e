"""The book on paper, and the pictures for shared links: made by a browser from the built pages alone."""
