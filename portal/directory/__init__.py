"""The register of Germany's municipalities, associations, districts and Länder, and the vocabulary all areas share."""
