"""What changes projects, reuses, collections, plans and co-operations, and what is worked out of them."""
