"""What all that Atoll keeps on disk has in common."""
