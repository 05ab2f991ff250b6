"""The pages about actors: directory, joining, members, delegations, people."""
