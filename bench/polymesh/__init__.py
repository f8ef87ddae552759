"""PolyMesh-Bench: questions across products that share no key, beside SQL written by hand.

The products are those of the example mesh, with their own contracts, and data drawn anew at any
scale. The draw knows which person stands behind each key; the products do not say.
"""
