"""The doors: each protocol that programs and people may speak to the catalog."""
