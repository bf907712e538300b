"""Report forms: what happens to households. One folder per form; `catalogue.load` finds them."""
