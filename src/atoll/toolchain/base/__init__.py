"""The Python base: CPython as a component, built once, taken apart for reuse by every app."""
