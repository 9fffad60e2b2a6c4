"""What the vendor's own backend does, with a management credential instead of a token."""
