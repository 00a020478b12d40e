"""What a guest may ask of the host: one module per capability, each operation declared once."""
