"""Task area 3: solutions that work, what was learnt, who uses them again, and who plans the same."""
