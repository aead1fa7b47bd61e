"""The book on paper, its charts as packages, pictures for shared links: by a browser, of built pages."""
