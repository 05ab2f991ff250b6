"""What people are told, how often, and by which mail: outbox, digests, deliveries, preferences (domains 0.3)."""
