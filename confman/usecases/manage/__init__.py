"""What only the team of a host does."""
