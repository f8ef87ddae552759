"""Correlation: one question across data products, answered from the data where it lies.

A question goes one way: `resolve` asks the graph what its words mean, `planner` makes a plan of it,
`checks` refuse what would be counted wrongly, `emit` writes it as SQL, and an engine runs it.
"""
