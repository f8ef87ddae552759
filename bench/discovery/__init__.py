"""Discovery measured at the size of a large mesh: search, pages, lineage, SPARQL and publishing."""
