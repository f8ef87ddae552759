"""Engines: what runs the SQL of a question over the sources that it reads."""
