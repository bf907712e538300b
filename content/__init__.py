"""Words: articles, answers search, catalogues per language, localities."""
