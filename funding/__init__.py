"""Task area 9: the overview of funding programmes, and advice on them."""
