"""What guests that are core modules have in common: AssemblyScript and Go."""
