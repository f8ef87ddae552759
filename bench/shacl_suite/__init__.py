"""The W3C's tests of SHACL, run on both engines: by themselves, and as the gate drives them.

`python -m bench.shacl_suite` writes the pages in `docs/reference/` anew.
"""
