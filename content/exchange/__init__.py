"""The register as files: the demo's YAML, and the spreadsheet in the layout of the national review."""
