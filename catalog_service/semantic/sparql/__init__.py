"""SPARQL over the data of the mesh: a query becomes SQL where the rows lie, and no copy is made.

A query passes the gate of the graph, is read by `parsing` in a process that may be killed, and is
then a tree of `syntax`. `mapping` knows which column states which property. `rewriting` turns the
tree into the relational algebra of `algebra` over guarded relations, `emission` writes that as SQL,
and `answering` runs it and says the terms again.
"""
