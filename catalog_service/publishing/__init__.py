"""Publishing: the one way in. Check, append to the journal, project."""
