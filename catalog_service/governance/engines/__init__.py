"""The two SHACL engines behind the gate: pySHACL, whose word counts, and a fast one."""
