"""Compiled plans: operations as Python functions of their variables and literals."""
