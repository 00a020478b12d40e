"""What a compiled module is, and how values cross its border."""
