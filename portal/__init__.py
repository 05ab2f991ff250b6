"""The foundation the nine areas stand on. The modules directly in this package are the kernel: they have no tables."""
