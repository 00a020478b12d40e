"""Guests in Go: modules that TinyGo built for Modus, and those that Atoll builds."""
