"""One app: its manifest, its compiled guest, its connections, and calls of its functions."""
