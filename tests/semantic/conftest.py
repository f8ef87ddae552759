"""Its folder is where tests of sources and engines find what they share: `songs`."""
