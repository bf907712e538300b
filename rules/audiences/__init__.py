"""Who a broadcast is for: a tree of conditions over what is known of a person."""
