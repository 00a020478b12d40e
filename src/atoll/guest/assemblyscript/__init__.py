"""Modules compiled from AssemblyScript: core modules that say what they offer in their metadata."""
