"""How good the search is: judged searches over the demonstration data, measured as information retrieval does."""
