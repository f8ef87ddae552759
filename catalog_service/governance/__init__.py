"""Whether a product meets the standards of the mesh, and what follows from what it states."""
