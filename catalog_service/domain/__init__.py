"""The things a catalog of a data mesh speaks of, and the rules about them; no store, no web."""
