"""The pages about products and routing."""
