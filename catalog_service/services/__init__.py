"""Questions about the mesh: a folder for each noun, with its functions and `.rq` side by side."""
