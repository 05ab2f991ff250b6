"""How fast the portal is, measured: `make bench`. What is measured and how to read it: benchmarks/README.md."""
