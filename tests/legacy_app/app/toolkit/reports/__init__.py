"""Reports of the data team."""
