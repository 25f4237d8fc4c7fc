"""Pages of the team: the organisers' counter."""
